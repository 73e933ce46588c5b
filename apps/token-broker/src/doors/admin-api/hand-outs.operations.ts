import { json, queryOf } from '../openapi/contents.js';
import type { Operation, Operations } from '../openapi/operation.js';
import { listOf, named, objectOf, orNull, text, time, wholeNumber } from '../openapi/schemas.js';
import type { HandOutAnswer, HandOutPageAnswer } from './hand-outs.controller.js';
import type { PageQuery } from './page-query.js';
import { cursor, limit, nextCursor } from './page-schema.js';

const handOut = named(
  'HandOut',
  objectOf<HandOutAnswer>({
    keyId: orNull(text('Of the service key; null: the admin key of the configuration.')),
    actor: text('The same in a word.', { examples: ['key:0123456789abcdef', 'admin_key'] }),
    connectionId: text('Whose token.', { format: 'uuid' }),
    tenantId: text('Whose connection.'),
    hour: time('The hour’s start, in UTC.'),
    count: wholeNumber('How often within the hour.', { minimum: 1 }),
    lastFingerprint: text('Of the token that was handed out last within the hour.'),
    lastAt: time('When that was.'),
  }),
);

const example: HandOutAnswer = {
  keyId: '0123456789abcdef',
  actor: 'key:0123456789abcdef',
  connectionId: '3f0f3b8e-6a9e-4d2b-9d5c-111111111111',
  tenantId: 'acme',
  hour: '2026-11-23T11:00:00.000Z',
  count: 3,
  lastFingerprint: 'a2b4c6d8e0f01234',
  lastAt: '2026-11-23T11:30:00.000Z',
};

const handOuts = {
  description:
    'Of the last 90 days, newest hour first. They are written in batches: the last seconds may be missing.',
  needs: 'admin',
  query: queryOf<PageQuery>({ limit, cursor }),
  answers: {
    200: {
      description: 'One page of them.',
      content: json(
        named('HandOutPage', objectOf<HandOutPageAnswer>({ items: listOf(handOut), nextCursor })),
        { items: [example], nextCursor: null },
      ),
    },
  },
} as const satisfies Partial<Operation>;

export const handOutOperations: Operations = {
  'GET /admin/api/connections/{connectionId}/hand-outs': {
    ...handOuts,
    id: 'listHandOutsOfConnection',
    tag: 'Admin',
    summary: 'Which keys were handed the connection’s token',
    failures: ['connection_not_found', 'invalid_cursor'],
  },
  'GET /admin/api/service-keys/{keyId}/hand-outs': {
    ...handOuts,
    id: 'listHandOutsOfKey',
    tag: 'Service keys',
    summary: 'Which connections’ tokens the key was handed',
    parts: {
      keyId: text('Of a service key, or `admin_key`: the one of the configuration.', {
        pattern: '^([A-Za-z0-9-]{1,64}|admin_key)$',
        examples: ['0123456789abcdef', 'admin_key'],
      }),
    },
    failures: ['service_key_not_found', 'invalid_cursor'],
  },
};
