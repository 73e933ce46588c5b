import type { ApiVersion } from '#kernel';
import type { ConnectionStatus, ReconnectReason } from '#tokens';
import {
  named,
  objectOf,
  orNull,
  plainText,
  text,
  time,
  wholeNumber,
  wordOf,
  type SchemasOf,
} from '../openapi/schemas.js';
import type { AdminConnectionAnswer, ConnectionAnswer } from './connection.js';

export const connectionStatus = named(
  'ConnectionStatus',
  wordOf<ConnectionStatus>('How the connection stands.', {
    awaiting_activation: 'stored, and not served yet',
    connected: 'its token is served',
    reconnect_required: 'Deskera does not accept the grant any more',
    disconnected: 'its credentials are erased',
  }),
);

export const reconnectReason = wordOf<ReconnectReason>('Why it has to be connected again.', {
  grant_revoked: 'Deskera refused the refresh and calls the token invalid',
  refresh_outcome_lost: 'refused after a refresh whose answer never came',
  org_changed: 'a refresh came back for another org',
  database_restored:
    'Deskera refused a grant that was stored before the database was restored or failed over, and was not refreshed since',
});

export const apiVersion = named(
  'ApiVersion',
  wordOf<ApiVersion>('Deskera’s OAuth flavour.', {
    v1: 'Deskera calls the callback',
    v2: 'the browser does',
  }),
);

export const connectionIdMember = text('Its id.', { format: 'uuid' });

export const org = named(
  'Org',
  objectOf<ConnectionAnswer['org']>({
    id: orNull(text('Its id at Deskera; null where Deskera’s token does not tell.')),
    name: orNull(text('Its name at Deskera.')),
  }),
);

/** How a caller names an org. */
export const orgId = plainText(200, 'The id of a Deskera org.', { examples: ['11242'] });

const members: SchemasOf<ConnectionAnswer> = {
  connectionId: connectionIdMember,
  tenantId: text('Whose it is.'),
  org,
  email: orNull(text('Of the person who connected it, as far as Deskera tells.')),
  apiVersion,
  status: connectionStatus,
  reason: orNull(reconnectReason),
  connectedAt: time('When the newest connect was stored.'),
  verifiedAt: orNull(time('When the question was sent that Deskera last answered well.')),
  expiresAt: orNull(time('When the token expires; null where unknown.')),
  refreshedAt: orNull(time('When it was last refreshed.')),
  nextCheckAt: orNull(time('When the upkeep looks at it next.')),
  consecutiveFailures: wholeNumber('How often in a row Deskera gave no good answer.'),
};

export const connection = named('Connection', objectOf<ConnectionAnswer>(members));

export const adminConnection = named(
  'AdminConnection',
  objectOf<AdminConnectionAnswer>({
    ...members,
    lastError: orNull(text('Status and error word of the last failure; never Deskera’s own sentence.')),
  }),
);

export const connectionExample: ConnectionAnswer = {
  connectionId: '3f0f3b8e-6a9e-4d2b-9d5c-111111111111',
  tenantId: 'acme',
  org: { id: '11242', name: 'Singapore Org' },
  email: 'person@acme.example',
  apiVersion: 'v1',
  status: 'connected',
  reason: null,
  connectedAt: '2026-11-01T00:00:00.000Z',
  verifiedAt: '2026-11-23T11:00:00.000Z',
  expiresAt: '2026-11-23T12:00:00.000Z',
  refreshedAt: '2026-11-23T11:00:00.000Z',
  nextCheckAt: '2026-11-23T11:15:00.000Z',
  consecutiveFailures: 0,
};

export const adminConnectionExample: AdminConnectionAnswer = { ...connectionExample, lastError: null };
