import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '#kernel';
import { connectionId, secretToken } from '../testing/fake-tokens.js';
import { InnerDoors } from '../testing/inner-doors.js';

const path = '/v1/tenants/acme/deskera-token';
const etag = 'W/"aabbccddeeff0011"';

let inner: InnerDoors;
let key: string;

beforeAll(async () => {
  inner = await InnerDoors.open();
  key = inner.authenticator.admit('reader', { scopes: ['tokens:read'], tenants: ['acme'] });
});

afterAll(async () => {
  await inner.close();
});

beforeEach(() => {
  inner.tokens.requests.length = 0;
  inner.tokens.changes = {};
  inner.tokens.failure = null;
  inner.handOuts.counted.length = 0;
});

async function get(query = '', headers: Record<string, string> = {}): Promise<Response> {
  return inner.request('GET', `${path}${query}`, { key, headers });
}

describe('a deskera-token', () => {
  it('leaves with everything that the contract names, and nothing else', async () => {
    const response = await get();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      tenantId: 'acme',
      connectionId,
      org: { id: '11242', name: 'Singapore Org' },
      deskeraToken: secretToken,
      fingerprint: 'aabbccddeeff0011',
      expiresAt: '2026-11-23T12:00:00.000Z',
      verifiedAt: '2026-11-23T11:00:00.000Z',
      apiUrl: 'https://bifrost.deskera.com',
      apiVersion: 'v1',
      degraded: null,
      attention: null,
    });
    expect(response.headers.get('etag')).toBe(etag);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    ['', { orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null }],
    ['?org=11242', { orgId: '11242', minTtlSeconds: 30, maxVerifiedAgeSeconds: null }],
    ['?minTtlSeconds=0', { orgId: null, minTtlSeconds: 0, maxVerifiedAgeSeconds: null }],
    [
      '?minTtlSeconds=86400&maxVerifiedAgeSeconds=0',
      { orgId: null, minTtlSeconds: 86_400, maxVerifiedAgeSeconds: 0 },
    ],
  ])('is asked for with %j', async (query, asked) => {
    await get(query);
    expect(inner.tokens.requests).toEqual([{ tenantId: 'acme', ...asked }]);
  });

  it.each([
    'minTtlSeconds=-1',
    'minTtlSeconds=86401',
    'minTtlSeconds=1.5',
    'minTtlSeconds=1e3',
    'minTtlSeconds=0x10',
    'minTtlSeconds=',
    'minTtlSeconds=%2030',
    'minTtlSeconds=NaN',
    'minTtlSeconds=99999999999999999999',
    'minTtlSeconds=1&minTtlSeconds=2',
    'maxVerifiedAgeSeconds=-1',
    'maxVerifiedAgeSeconds=86401',
    'maxVerifiedAgeSeconds=soon',
    'org=',
    'org=a%00b',
    `org=${'a'.repeat(201)}`,
    'org=a&org=b',
    'org[]=a',
    'minTTLSeconds=600',
  ])('is not asked for with %s', async (query) => {
    const response = await get(`?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_request' });
    expect(inner.tokens.requests).toEqual([]);
  });
});

describe('a caller that has it already', () => {
  it.each([etag, '"aabbccddeeff0011"', `"other", ${etag}`, '*'])(
    'with %s gets 304 with the times alone',
    async (tag) => {
      const response = await get('', { 'if-none-match': tag });
      expect(response.status).toBe(304);
      expect(await response.text()).toBe('');
      expect(Object.fromEntries(response.headers)).toMatchObject({
        etag,
        'x-verified-at': '2026-11-23T11:00:00.000Z',
        'x-expires-at': '2026-11-23T12:00:00.000Z',
        'cache-control': 'no-store',
      });
    },
  );

  it('hears of no expiry where none is known', async () => {
    inner.tokens.changes = { expiresAt: null };
    const response = await get('', { 'if-none-match': etag });
    expect(response.status).toBe(304);
    expect(response.headers.has('x-expires-at')).toBe(false);
  });

  it('gets all of it while degraded', async () => {
    inner.tokens.changes = { degraded: 'deskera_unavailable' };
    const response = await get('', { 'if-none-match': etag });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      degraded: 'deskera_unavailable',
      deskeraToken: secretToken,
    });
  });

  it('gets the new one where it has another', async () => {
    expect((await get('', { 'if-none-match': 'W/"0000000000000000"' })).status).toBe(200);
  });
});

describe('a hand-out', () => {
  const counted = `key:reader ${connectionId} aabbccddeeff0011`;

  it('is counted for each answer that carries the token', async () => {
    await get();
    await get('', { 'if-none-match': 'W/"0000000000000000"' });
    inner.tokens.changes = { degraded: 'deskera_unavailable' };
    await get('', { 'if-none-match': etag });
    expect(inner.handOuts.counted).toEqual([counted, counted, counted]);
  });

  it('is none where nothing was handed out: 304, HEAD, a refusal', async () => {
    expect((await get('', { 'if-none-match': etag })).status).toBe(304);
    expect((await inner.request('HEAD', path, { key })).status).toBe(200);
    expect((await get('?minTtlSeconds=x')).status).toBe(400);
    inner.tokens.failure = new Failure('not_connected', 'The tenant is not connected.');
    expect((await get()).status).toBe(404);
    expect(inner.handOuts.counted).toEqual([]);
  });
});

describe('where there is none', () => {
  it.each([
    new Failure('not_connected', 'The tenant is not connected.'),
    new Failure('org_ambiguous', 'Name one.', {
      extensions: { orgs: [{ id: '1', name: 'A', status: 'connected' }] },
    }),
    new Failure('reconnect_required', 'Connect again.', {
      extensions: { reason: 'grant_revoked', since: 'then' },
    }),
    new Failure('deskera_unavailable', 'Not now.', { retryAfterSeconds: 7 }),
  ])('the caller is told why: $code', async (failure) => {
    inner.tokens.failure = failure;
    const response = await get('', { 'if-none-match': '*' });
    expect(response.status).toBe(failure.status);
    expect(await response.json()).toMatchObject({ code: failure.code, ...failure.extensions });
    expect(response.headers.has('etag')).toBe(false);
    expect(response.headers.get('retry-after')).toBe(failure.status === 503 ? '7' : null);
  });
});
