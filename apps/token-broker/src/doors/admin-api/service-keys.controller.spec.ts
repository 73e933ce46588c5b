import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InnerDoors } from '../testing/inner-doors.js';

let inner: InnerDoors;

beforeAll(async () => {
  inner = await InnerDoors.open();
});

afterAll(async () => {
  await inner.close();
});

beforeEach(() => {
  inner.trail.records.length = 0;
});

async function get(path: string): Promise<Response> {
  return inner.request('GET', `/admin/api${path}`, { key: inner.admin });
}

describe('one service key', () => {
  const path = '/service-keys/0123456789abcdef';

  it('is shown without its secrets', async () => {
    const shown = await (await get(path)).json();
    expect(shown).toMatchObject({ keyId: '0123456789abcdef', name: 'invoices', revokedAt: null });
    expect(JSON.stringify(shown)).not.toContain('dtb_');
  });

  it('has a second secret made, shown once, and one of them removed', async () => {
    const response = await inner.send('POST', `/admin/api${path}/secrets`, {}, inner.admin);
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      keyId: '0123456789abcdef',
      number: 2,
      key: 'dtb_0123456789abcdef_the-second',
    });
    const removed = await inner.request('DELETE', `/admin/api${path}/secrets/1`, { key: inner.admin });
    expect(removed.status).toBe(204);
    expect(inner.trail.records).toEqual([
      'key:admin service_key_secret_create 0123456789abcdef',
      'key:admin service_key_secret_remove 0123456789abcdef/1',
    ]);
  });

  it.each([
    ['GET', '/service-keys/nobody', 404, 'service_key_not_found'],
    ['GET', '/service-keys/admin_key', 404, 'service_key_not_found'],
    ['POST', '/service-keys/nobody/secrets', 404, 'service_key_not_found'],
    ['POST', '/service-keys/admin_key/secrets', 404, 'service_key_not_found'],
    ['DELETE', '/service-keys/nobody/secrets/1', 404, 'service_key_not_found'],
    ['DELETE', `${path}/secrets/2`, 404, 'service_key_secret_not_found'],
    ['DELETE', `${path}/secrets/0`, 404, 'service_key_secret_not_found'],
    ['DELETE', `${path}/secrets/-1`, 404, 'service_key_secret_not_found'],
    ['DELETE', `${path}/secrets/1e0`, 404, 'service_key_secret_not_found'],
    ['DELETE', `${path}/secrets/99999999999999999999`, 404, 'service_key_secret_not_found'],
    ['DELETE', `${path}/secrets/3`, 409, 'service_key_last_secret'],
  ])('%s %s is %d %s', async (method, wrong, status, code) => {
    const response = await inner.request(method, `/admin/api${wrong}`, { key: inner.admin });
    expect(await response.json()).toMatchObject({ status, code });
  });
});
