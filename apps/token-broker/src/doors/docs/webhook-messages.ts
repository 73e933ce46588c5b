import type { WebhookData, WebhookEventType, WebhookPayload } from '#notifications';
import { json } from '../openapi/contents.js';
import type { Message } from '../openapi/message.js';
import { named, objectOf, orNull, text, time, wholeNumber, type Schema } from '../openapi/schemas.js';
import { connectionIdMember, reconnectReason } from '../shapes/connection-schema.js';

type Org = NonNullable<WebhookData['org']>;

/** What each event has in common with the others, and what is its own. */
interface Told {
  readonly id: string;
  readonly summary: string;
  readonly status: WebhookData['status'];
  readonly reason?: string;
  readonly replaced?: boolean;
}

const org = objectOf<Org>({
  id: text('Its id at Deskera.'),
  name: orNull(text('Its name at Deskera.')),
});

const noReason: Schema = { type: 'null', description: 'Only `connection.reconnect_required` has one.' };

/** One for each event: one that comes later does not compile until it is described. */
const told: Readonly<Record<WebhookEventType, Told>> = {
  'connection.connected': {
    id: 'tellConnected',
    summary: 'A tenant’s org was connected',
    status: 'connected',
    replaced: false,
  },
  'connection.expiring': {
    id: 'tellExpiring',
    summary: 'The token is good and cannot be refreshed: the tenant should connect again before it expires',
    status: 'connected',
  },
  'connection.reconnect_required': {
    id: 'tellReconnectRequired',
    summary: 'The tenant has to connect again',
    status: 'reconnect_required',
    reason: 'grant_revoked',
  },
  'connection.recovered': {
    id: 'tellRecovered',
    summary: 'The tenant had to connect again, and did',
    status: 'connected',
  },
  'connection.disconnected': {
    id: 'tellDisconnected',
    summary: 'The connection’s credentials are erased',
    status: 'disconnected',
  },
};

export const webhookMessages = Object.fromEntries(
  Object.entries(told).map(([type, each]) => [type, message(type as WebhookEventType, each)]),
);

function message(type: WebhookEventType, each: Told): Message {
  const { id, summary } = each;
  return { id, tag: 'Webhooks', summary, content: json(payload(type, each), example(type, each)) };
}

function payload(type: WebhookEventType, { id, status, reason, replaced }: Told): Schema {
  const data = {
    tenantId: text('Whose it is.'),
    connectionId: connectionIdMember,
    org: { oneOf: [org, { type: 'null' }], description: 'Null where Deskera’s token does not tell.' },
    status: { const: status, description: 'How the connection stood then.' },
    reason: reason === undefined ? noReason : orNull(reconnectReason),
    number: wholeNumber('The connection’s running number.', { minimum: 1 }),
  };
  return named(
    id.replace('tell', 'Webhook'),
    objectOf<WebhookPayload>({
      type: { const: type },
      timestamp: time('When it happened, not when it is told.'),
      data:
        replaced === undefined
          ? objectOf<Omit<WebhookData, 'replaced'>>(data)
          : objectOf<WebhookData>({
              ...data,
              replaced: { type: 'boolean', description: 'It was connected already.' },
            }),
    }),
  );
}

function example(type: WebhookEventType, { status, reason, replaced }: Told): WebhookPayload {
  return {
    type,
    timestamp: '2026-11-23T11:00:00.000Z',
    data: {
      tenantId: 'acme',
      connectionId: '3f0f3b8e-6a9e-4d2b-9d5c-111111111111',
      org: { id: '11242', name: 'Singapore Org' },
      status,
      reason: reason ?? null,
      number: 4,
      ...(replaced !== undefined && { replaced }),
    },
  };
}
