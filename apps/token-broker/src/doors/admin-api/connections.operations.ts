import { json, queryOf } from '../openapi/contents.js';
import type { Operation, Operations } from '../openapi/operation.js';
import { listOf, named, objectOf, plainText, text, time } from '../openapi/schemas.js';
import type { AdminConnectionAnswer } from '../shapes/connection.js';
import { adminConnection, adminConnectionExample, connectionStatus } from '../shapes/connection-schema.js';
import type { PageAnswer } from './connections.controller.js';
import type { ConnectionsQuery } from './connections-query.js';
import type { CursorQuery } from './page-query.js';
import { cursor, limit, nextCursor } from './page-schema.js';
import type { EventAnswer } from './event-answer.js';

const event = named(
  'ConnectionEvent',
  objectOf<EventAnswer>({
    eventId: text('Its id.'),
    at: time('When it happened.'),
    kind: text('What happened.', { examples: ['connected', 'refreshed', 'reconnect_required'] }),
    detail: { type: 'object', description: 'What is known of it: words and numbers, no secret.' },
  }),
);

const eventExample: EventAnswer = {
  eventId: '17',
  at: '2026-11-23T11:00:00.000Z',
  kind: 'refreshed',
  detail: {},
};

const revival =
  'A connection in `reconnect_required` is asked about too while its credentials are kept: where Deskera accepts them, it is `connected` again (`recovered`). 409 where Deskera refuses them again, where they are erased, or where another org came back.';

const now = {
  tag: 'Admin',
  needs: 'admin',
  answers: {
    200: { description: 'As it stands then.', content: json(adminConnection, adminConnectionExample) },
  },
  failures: [
    'connection_not_found',
    'not_connected',
    'reconnect_required',
    'deskera_unavailable',
    'deskera_client_refused',
  ],
} as const satisfies Partial<Operation>;

export const adminConnectionOperations: Operations = {
  'GET /admin/api/connections': {
    id: 'listConnections',
    tag: 'Admin',
    summary: 'Every connected org',
    needs: 'admin',
    query: queryOf<ConnectionsQuery>({
      status: {
        ...connectionStatus,
        description: 'Only these; disconnected ones are shown on demand alone.',
      },
      q: plainText(200, 'Found anywhere in tenant id, org id, org name or e-mail, whatever the case.'),
      limit,
      cursor,
    }),
    answers: {
      200: {
        description: 'One page of them.',
        content: json(
          named(
            'ConnectionPage',
            objectOf<PageAnswer<AdminConnectionAnswer>>({ items: listOf(adminConnection), nextCursor }),
          ),
          { items: [adminConnectionExample], nextCursor: null },
        ),
      },
    },
    failures: ['invalid_cursor'],
  },
  'GET /admin/api/connections/{connectionId}': {
    id: 'getConnection',
    tag: 'Admin',
    summary: 'One connection',
    needs: 'admin',
    answers: { 200: { description: 'It.', content: json(adminConnection, adminConnectionExample) } },
    failures: ['connection_not_found'],
  },
  'GET /admin/api/connections/{connectionId}/events': {
    id: 'listConnectionEvents',
    tag: 'Admin',
    summary: 'A connection’s history, newest first',
    needs: 'admin',
    query: queryOf<CursorQuery>({ cursor }),
    answers: {
      200: {
        description: 'One page of it.',
        content: json(
          named(
            'ConnectionEventPage',
            objectOf<PageAnswer<EventAnswer>>({ items: listOf(event), nextCursor }),
          ),
          { items: [eventExample], nextCursor: null },
        ),
      },
    },
    failures: ['connection_not_found', 'invalid_cursor'],
  },
  'POST /admin/api/connections/{connectionId}/check': {
    ...now,
    id: 'checkConnection',
    summary: 'Ask Deskera now whether the token is good, and act on the answer',
    description: revival,
  },
  'POST /admin/api/connections/{connectionId}/refresh': {
    ...now,
    id: 'refreshConnection',
    summary: 'Trade the refresh token now, whatever the token’s expiry',
    description: revival,
  },
  'DELETE /admin/api/connections/{connectionId}': {
    id: 'disconnectAny',
    tag: 'Admin',
    summary: 'Erase a connection’s credentials at once, whosever it is',
    needs: 'admin',
    answers: { 204: { description: 'Erased.' } },
    failures: ['connection_not_found'],
  },
};
