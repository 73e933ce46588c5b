import { scopes } from '#access';
import { json, jsonBody } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import {
  listOf,
  named,
  objectOf,
  oneOf,
  orNull,
  plainText,
  text,
  time,
  wholeNumber,
  type SchemasOf,
} from '../openapi/schemas.js';
import type { ServiceKeyBody } from './service-key-body.js';
import type { ServiceKeyAnswer } from './service-keys.controller.js';

const some = { minItems: 1, maxItems: 200 };

const scope = named('Scope', oneOf(scopes, 'What a key may do; `admin` includes everything.'));
const tenantPattern = text('A tenant’s id, or the start of some with a `*` at the end; `*` is all.', {
  pattern: String.raw`^((?!\.{1,2}$)[A-Za-z0-9._:@-]{1,128}|[A-Za-z0-9._:@-]{0,127}\*)$`,
});

const members: SchemasOf<ServiceKeyAnswer> = {
  keyId: text('Its part between `dtb_` and the secret.'),
  name: text('What it is called.'),
  scopes: listOf(scope),
  tenants: listOf(text('As they were given.'), { description: 'The tenants it may touch.' }),
  createdAt: time('When it was made.'),
  expiresAt: orNull(time('When it ceases to work; null: never.')),
  revokedAt: orNull(time('When it was revoked.')),
  lastUsedAt: orNull(time('When it was last used, some seconds late at most; null: never.')),
  secrets: listOf(
    objectOf<ServiceKeyAnswer['secrets'][number]>({
      number: wholeNumber('Counts up from 1: it never means another one.', { minimum: 1 }),
      createdAt: time('When it was made.'),
    }),
    { description: 'The live ones, oldest first: one or two, none of a revoked key.' },
  ),
};

const key = named('ServiceKey', objectOf<ServiceKeyAnswer>(members));

const example: ServiceKeyAnswer = {
  keyId: '0123456789abcdef',
  name: 'invoicing',
  scopes: ['tokens:read'],
  tenants: ['acme', 'beta-*'],
  createdAt: '2026-11-23T11:00:00.000Z',
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: '2026-11-23T11:45:00.000Z',
  secrets: [{ number: 1, createdAt: '2026-11-23T11:00:00.000Z' }],
};

const body = named(
  'ServiceKeyRequest',
  objectOf<ServiceKeyBody>(
    {
      name: plainText(100, 'What it is called.'),
      scopes: listOf(scope, some),
      tenants: listOf(tenantPattern, { ...some, description: 'With the scope `admin`: `["*"]`.' }),
      expiresAt: orNull(time('In the future.')),
    },
    'expiresAt',
  ),
);

export const serviceKeyOperations: Operations = {
  'GET /admin/api/service-keys': {
    id: 'listServiceKeys',
    tag: 'Service keys',
    summary: 'All keys, without their secrets',
    needs: 'admin',
    answers: {
      200: {
        description: 'All.',
        content: json(named('ServiceKeys', objectOf<{ items: ServiceKeyAnswer[] }>({ items: listOf(key) })), {
          items: [example],
        }),
      },
    },
    failures: [],
  },
  'POST /admin/api/service-keys': {
    id: 'createServiceKey',
    tag: 'Service keys',
    summary: 'Make a key',
    needs: 'admin',
    body: jsonBody(body, { name: 'invoicing', scopes: ['tokens:read'], tenants: ['acme', 'beta-*'] }),
    answers: {
      201: {
        description: 'The only answer that shows the key.',
        content: json(
          named(
            'CreatedServiceKey',
            objectOf<ServiceKeyAnswer & { key: string }>({
              ...members,
              key: text('What a caller sends as `Authorization: Bearer …`.'),
            }),
          ),
          { ...example, lastUsedAt: null, key: 'dtb_0123456789abcdef_…' },
        ),
      },
    },
    failures: [],
  },
  'GET /admin/api/service-keys/{keyId}': {
    id: 'getServiceKey',
    tag: 'Service keys',
    summary: 'One key, without its secrets',
    needs: 'admin',
    answers: { 200: { description: 'It; also where it is revoked.', content: json(key, example) } },
    failures: ['service_key_not_found'],
  },
  'DELETE /admin/api/service-keys/{keyId}': {
    id: 'revokeServiceKey',
    tag: 'Service keys',
    summary: 'Revoke a key, on every replica',
    needs: 'admin',
    answers: { 204: { description: 'It opens nothing any more.' } },
    failures: ['service_key_not_found'],
  },
};
