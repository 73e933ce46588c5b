import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectionId } from '../testing/fake-tokens.js';
import { InnerDoors } from '../testing/inner-doors.js';

let inner: InnerDoors;

beforeAll(async () => {
  inner = await InnerDoors.open();
});

afterAll(async () => {
  await inner.close();
});

beforeEach(() => {
  inner.handOutHistory.calls.length = 0;
});

async function get(path: string): Promise<Response> {
  return inner.request('GET', `/admin/api${path}`, { key: inner.admin });
}

describe('hand-outs', () => {
  const shown = {
    keyId: '0123456789abcdef',
    actor: 'key:0123456789abcdef',
    connectionId,
    tenantId: 'acme',
    hour: '2026-11-23T11:00:00.000Z',
    count: 3,
    lastFingerprint: 'aabbccddeeff0011',
    lastAt: '2026-11-23T11:30:00.000Z',
  };

  it('are shown of a connection', async () => {
    const response = await get(`/connections/${connectionId}/hand-outs?limit=7&cursor=abc`);
    expect(await response.json()).toEqual({ items: [shown], nextCursor: 'next' });
    const asked = { limit: 7, cursor: 'abc' };
    expect(inner.handOutHistory.calls).toEqual([`ofConnection ${connectionId} ${JSON.stringify(asked)}`]);
  });

  it('are shown of a key, and of the one of the configuration', async () => {
    const ofKey = await get('/service-keys/0123456789abcdef/hand-outs');
    expect(await ofKey.json()).toEqual({ items: [shown], nextCursor: null });
    const ofAdminKey = await get('/service-keys/admin_key/hand-outs');
    expect(await ofAdminKey.json()).toEqual({
      items: [{ ...shown, keyId: null, actor: 'admin_key' }],
      nextCursor: null,
    });
    const asked = JSON.stringify({ limit: 50, cursor: null });
    expect(inner.handOutHistory.calls).toEqual([`ofKey 0123456789abcdef ${asked}`, `ofKey null ${asked}`]);
  });

  it.each([
    ['/connections/nobody/hand-outs', 404, 'connection_not_found'],
    ['/connections/3f0f3b8e-6a9e-4d2b-9d5c-000000000000/hand-outs', 404, 'connection_not_found'],
    ['/service-keys/nobody/hand-outs', 404, 'service_key_not_found'],
    ['/service-keys/key:0123456789abcdef/hand-outs', 404, 'service_key_not_found'],
    ['/service-keys/admin_key/hand-outs?limit=0', 400, 'invalid_request'],
    ['/service-keys/admin_key/hand-outs?limit=201', 400, 'invalid_request'],
    ['/service-keys/admin_key/hand-outs?cursor=', 400, 'invalid_request'],
    ['/service-keys/admin_key/hand-outs?page=2', 400, 'invalid_request'],
  ])('are not shown for %s', async (path, status, code) => {
    expect(await (await get(path)).json()).toMatchObject({ status, code });
    expect(inner.handOutHistory.calls).toEqual([]);
  });
});
