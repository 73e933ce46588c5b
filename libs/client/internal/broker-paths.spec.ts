import { expect, it } from '@jest/globals';
import { queryOf, tenantPath } from './broker-paths.js';

it('escapes what a path needs escaped', () => {
  expect(tenantPath('a:b@c-d_e', 'deskera-token')).toBe('/v1/tenants/a%3Ab%40c-d_e/deskera-token');
});

it.each(['', '.', '..', 'a/b', 'a b', 'ä', '%2e%2e', 'x'.repeat(129), undefined as unknown as string])(
  'lets no tenant %j in',
  (tenantId) => {
    expect(() => tenantPath(tenantId, 'deskera-token')).toThrow(
      expect.objectContaining({ code: 'invalid_tenant_id', status: undefined }),
    );
  },
);

it.each(['', '.', '..', 'a/b', '?x'])('lets no id %j in', (id) => {
  expect(() => tenantPath('acme', 'connections', id)).toThrow(TypeError);
});

it.each([
  [{}, ''],
  [{ org: undefined }, ''],
  [{ org: 'a&b=c', minTtlSeconds: 0 }, '?org=a%26b%3Dc&minTtlSeconds=0'],
])('makes of %j the query %s', (parameters, query) => {
  expect(queryOf(parameters)).toBe(query);
});
