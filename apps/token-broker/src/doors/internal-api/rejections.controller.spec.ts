import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectionId } from '../testing/fake-tokens.js';
import { InnerDoors } from '../testing/inner-doors.js';

const path = '/v1/tenants/acme/deskera-token/rejections';
const fingerprint = 'aabbccddeeff0011';
let inner: InnerDoors;
let key: string;

beforeAll(async () => {
  inner = await InnerDoors.open();
  key = inner.authenticator.admit('reporter', { scopes: ['tokens:read'], tenants: ['acme'] });
});

afterAll(async () => {
  await inner.close();
});

describe('a report of a token that Deskera refused', () => {
  it.each(['replaced', 'still_valid', 'refreshed'] as const)(
    'is answered with a token and %s',
    async (outcome) => {
      inner.rejections.outcome = outcome;
      const response = await inner.send('POST', path, { fingerprint, org: '11242' }, key);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toMatchObject({ outcome, fingerprint, deskeraToken: expect.any(String) });
      expect(inner.rejections.reports.at(-1)).toEqual({ tenantId: 'acme', orgId: '11242', fingerprint });
    },
  );

  it('is counted as a hand-out, once for each answer', async () => {
    inner.handOuts.counted.length = 0;
    await inner.send('POST', path, { fingerprint }, key);
    await inner.send('POST', path, { fingerprint: 'abc' }, key);
    expect(inner.handOuts.counted).toEqual([`key:reporter ${connectionId} ${fingerprint}`]);
  });

  it.each([
    ['no fingerprint', {}],
    ['a short one', { fingerprint: 'abc' }],
    ['one in capitals', { fingerprint: fingerprint.toUpperCase() }],
    ['the token itself', { fingerprint: 'eyJhbGciOiJSUzI1NiJ9' }],
    ['several', { fingerprint: [fingerprint] }],
    ['something else beside it', { fingerprint, token: 'x' }],
    ['an org that is no text', { fingerprint, org: 7 }],
  ])('with %s is refused, and nothing of it repeated', async (_what, body) => {
    const before = inner.rejections.reports.length;
    const response = await inner.send('POST', path, body, key);
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'invalid_request' });
    expect(text).not.toContain('eyJhbGciOiJSUzI1NiJ9');
    expect(inner.rejections.reports).toHaveLength(before);
  });
});
