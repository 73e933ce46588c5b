import type { DeliveryStatus } from '#notifications';
import { json, queryOf } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import { listOf, named, objectOf, orNull, text, time, wholeNumber, wordOf } from '../openapi/schemas.js';
import { webhookEventType } from '../shapes/webhook-schema.js';
import type { PageAnswer } from './connections.controller.js';
import type { DeliveriesQuery } from './deliveries-query.js';
import { cursor, limit, nextCursor } from './page-schema.js';
import type { DeliveryAnswer } from './webhook-answer.js';

const status = named(
  'DeliveryStatus',
  wordOf<DeliveryStatus>('How it stands.', {
    pending: 'it is still to be tried, or waits for its predecessor',
    delivered: 'the webhook answered with a 2xx',
    parked: 'nothing more is tried until somebody has it redelivered',
  }),
);

const delivery = named(
  'Delivery',
  objectOf<DeliveryAnswer>({
    deliveryId: text('Its id.', { format: 'uuid' }),
    eventId: text('The `webhook-id` it is sent with, at every try.', { format: 'uuid' }),
    type: webhookEventType,
    connectionId: text('What it tells of.', { format: 'uuid' }),
    tenantId: text('Whose connection.'),
    number: wholeNumber('The connection’s running number.', { minimum: 1 }),
    status,
    attempts: wholeNumber('Tries so far.'),
    lastStatus: orNull(wholeNumber('What the last try was answered with; null: nothing.')),
    lastError: orNull(
      text('What went wrong last, in a word of ours: what a webhook says is not kept.', {
        examples: ['not_accepted', 'timeout', 'connection_refused', 'address_not_allowed'],
      }),
    ),
    lastAttemptAt: orNull(time('When it was last tried.')),
    nextAttemptAt: orNull(time('When it is tried next; null: it is not, or it waits for its predecessor.')),
    deliveredAt: orNull(time('When the webhook took it.')),
    createdAt: time('When it was made.'),
  }),
);

const example: DeliveryAnswer = {
  deliveryId: '6f0f3b8e-6a9e-4d2b-9d5c-444444444444',
  eventId: '7f0f3b8e-6a9e-4d2b-9d5c-555555555555',
  type: 'connection.reconnect_required',
  connectionId: '3f0f3b8e-6a9e-4d2b-9d5c-111111111111',
  tenantId: 'acme',
  number: 4,
  status: 'pending',
  attempts: 1,
  lastStatus: 500,
  lastError: 'not_accepted',
  lastAttemptAt: '2026-11-23T11:00:00.000Z',
  nextAttemptAt: '2026-11-23T11:00:05.000Z',
  deliveredAt: null,
  createdAt: '2026-11-23T11:00:00.000Z',
};

const common = { tag: 'Webhooks', needs: 'admin' } as const;

const redelivery = {
  ...common,
  description: 'It goes out under the same `webhook-id`, with a day of retries before it.',
  answers: { 202: { description: 'It is on its way.' } },
} as const;

export const webhookDeliveryOperations: Operations = {
  'GET /admin/api/webhooks/{webhookId}/deliveries': {
    ...common,
    id: 'listDeliveries',
    summary: 'What a webhook was told, and how that fared',
    query: queryOf<DeliveriesQuery>({
      status: { ...status, description: 'Only these.' },
      limit,
      cursor,
    }),
    answers: {
      200: {
        description: 'One page, newest first.',
        content: json(
          named(
            'DeliveryPage',
            objectOf<PageAnswer<DeliveryAnswer>>({ items: listOf(delivery), nextCursor }),
          ),
          { items: [example], nextCursor: null },
        ),
      },
    },
    failures: ['webhook_not_found', 'invalid_cursor'],
  },
  'POST /admin/api/webhooks/deliveries/{deliveryId}/redeliver': {
    ...redelivery,
    id: 'redeliver',
    summary: 'Have a delivery tried anew at once, whatever became of it',
    failures: ['webhook_delivery_not_found', 'webhook_disabled'],
  },
  'POST /admin/api/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver': {
    ...redelivery,
    id: 'redeliverOfWebhook',
    summary: 'The same, for a delivery of this webhook',
    failures: ['webhook_not_found', 'webhook_delivery_not_found', 'webhook_disabled'],
  },
};
