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
  inner.connections.calls.length = 0;
  inner.keys.requests.length = 0;
  inner.trail.records.length = 0;
  inner.sessions.started.length = 0;
  inner.handOutHistory.calls.length = 0;
});

async function get(path: string): Promise<Response> {
  return inner.request('GET', `/admin/api${path}`, { key: inner.admin });
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  return inner.send(method, `/admin/api${path}`, body, inner.admin);
}

describe('the list of connections', () => {
  it.each([
    ['', { status: null, text: null, limit: 50, cursor: null }],
    ['?limit=1', { status: null, text: null, limit: 1, cursor: null }],
    [
      '?status=disconnected&q=Acme%20%25&limit=200&cursor=abc',
      { status: 'disconnected', text: 'Acme %', limit: 200, cursor: 'abc' },
    ],
  ])('is asked for with %j', async (query, asked) => {
    const response = await get(`/connections${query}`);
    expect(await response.json()).toMatchObject({
      items: [{ connectionId, lastError: '503 server_error' }],
      nextCursor: 'next',
    });
    expect(inner.connections.calls).toEqual([`list ${JSON.stringify(asked)}`]);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'status=gone',
    'status=',
    'q=',
    'q=%00',
    'cursor=',
    'page=2',
    'limit=1&limit=2',
  ])('is not asked for with %s', async (query) => {
    const response = await get(`/connections?${query}`);
    expect(await response.json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe('one connection', () => {
  it('is shown with its history', async () => {
    expect(await (await get(`/connections/${connectionId}`)).json()).toMatchObject({
      connectionId,
      tenantId: 'acme',
    });
    expect(await (await get(`/connections/${connectionId}/events?cursor=7`)).json()).toEqual({
      items: [{ eventId: '7', at: '2026-11-01T00:00:00.000Z', kind: 'connected', detail: { cursor: '7' } }],
      nextCursor: null,
    });
  });

  it.each(['', '/events'])('that is none is 404%s', async (part) => {
    for (const id of ['nobody', '3f0f3b8e-6a9e-4d2b-9d5c-000000000000']) {
      expect(await (await get(`/connections/${id}${part}`)).json()).toMatchObject({
        status: 404,
        code: 'connection_not_found',
      });
    }
  });

  it('is checked, refreshed and disconnected now, whosever it is', async () => {
    expect((await send('POST', `/connections/${connectionId}/check`, {})).status).toBe(200);
    expect((await send('POST', `/connections/${connectionId}/refresh`, {})).status).toBe(200);
    expect(
      (await inner.request('DELETE', `/admin/api/connections/${connectionId}`, { key: inner.admin })).status,
    ).toBe(204);
    expect(inner.connections.calls).toEqual([
      `checkNow ${connectionId}`,
      `refreshNow ${connectionId}`,
      `disconnect ${connectionId} null`,
    ]);
    expect(inner.trail.records).toEqual([
      `key:admin connection_check ${connectionId}`,
      `key:admin connection_refresh ${connectionId}`,
      `key:admin connection_disconnect ${connectionId}`,
    ]);
  });
});

describe('connect sessions', () => {
  it('are started for a tenant', async () => {
    const response = await send('POST', '/connect-sessions', { tenantId: 'acme', label: 'Acme' });
    expect(response.status).toBe(201);
    expect(inner.sessions.started).toMatchObject([{ tenantId: 'acme', label: 'Acme' }]);
  });

  it.each([
    [{}, 'invalid_request'],
    [{ tenantId: 7 }, 'invalid_request'],
    [{ tenantId: 'a b' }, 'invalid_tenant_id'],
    [{ tenantId: 'acme', apiVersion: 'v3' }, 'invalid_request'],
  ])('are not started with %j', async (body, code) => {
    expect(await (await send('POST', '/connect-sessions', body)).json()).toMatchObject({ status: 400, code });
    expect(inner.trail.records).toEqual([]);
  });
});

describe('service keys', () => {
  const good = { name: 'invoices', scopes: ['tokens:read'], tenants: ['acme', 'beta-*'] };

  it('are made, shown once and listed without their secret', async () => {
    const response = await send('POST', '/service-keys', { ...good, expiresAt: '2027-01-01T00:00:00+01:00' });
    expect(response.status).toBe(201);
    const shown = {
      keyId: '0123456789abcdef',
      ...good,
      createdAt: '2026-11-23T11:00:00.000Z',
      expiresAt: '2026-12-31T23:00:00.000Z',
      revokedAt: null,
      lastUsedAt: '2026-11-23T11:30:00.000Z',
      secrets: [{ number: 1, createdAt: '2026-11-23T11:00:00.000Z' }],
    };
    expect(await response.json()).toEqual({ ...shown, key: 'dtb_0123456789abcdef_the-secret' });
    expect(await (await get('/service-keys')).json()).toEqual({ items: [shown] });
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'two\nlines' }, 'name'],
    [{ name: undefined }, 'name'],
    [{ scopes: undefined }, 'scopes'],
    [{ scopes: [] }, 'scopes'],
    [{ scopes: 'tokens:read' }, 'scopes'],
    [{ scopes: ['tokens:read', 'all'] }, 'scopes'],
    [{ scopes: [null] }, 'scopes'],
    [{ tenants: undefined }, 'tenants'],
    [{ tenants: [] }, 'tenants'],
    [{ tenants: 'acme' }, 'tenants'],
    [{ tenants: ['a b'] }, 'tenants'],
    [{ tenants: ['*x'] }, 'tenants'],
    [{ tenants: [7] }, 'tenants'],
    [{ tenants: Array.from({ length: 201 }, (_, index) => `t${String(index)}`) }, 'tenants'],
    [{ expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ expiresAt: '2027-02-31T00:00:00Z' }, 'expiresAt'],
    [{ expiresAt: '2027-01-01' }, 'expiresAt'],
    [{ expiresAt: 1_798_761_600 }, 'expiresAt'],
    [{ keyId: 'mine' }, 'keyId'],
  ])('are not made with %.60j', async (wrong, field) => {
    const response = await send('POST', '/service-keys', { ...good, ...wrong });
    const { code, errors } = (await response.json()) as { code: string; errors: { field: string }[] };
    expect([response.status, code]).toEqual([400, 'invalid_request']);
    expect(errors.map((error) => error.field)).toContain(field);
    expect(inner.keys.requests).toEqual([]);
  });

  it('are revoked; one that is none is 404', async () => {
    expect(
      (await inner.request('DELETE', '/admin/api/service-keys/0123456789abcdef', { key: inner.admin }))
        .status,
    ).toBe(204);
    for (const id of ['nobody', 'a_b', '%00']) {
      const response = await inner.request('DELETE', `/admin/api/service-keys/${id}`, { key: inner.admin });
      expect(await response.json()).toMatchObject({ status: 404, code: 'service_key_not_found' });
    }
  });
});

describe('one service key', () => {
  const path = '/service-keys/0123456789abcdef';

  it('is shown without its secrets', async () => {
    const shown = await (await get(path)).json();
    expect(shown).toMatchObject({ keyId: '0123456789abcdef', name: 'invoices', revokedAt: null });
    expect(JSON.stringify(shown)).not.toContain('dtb_');
  });

  it('has a second secret made, shown once, and one of them removed', async () => {
    const response = await send('POST', `${path}/secrets`, {});
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

describe('the summary', () => {
  it('tells counts, and how Deskera is', async () => {
    expect(await (await get('/summary')).json()).toEqual({
      byStatus: { awaiting_activation: 0, connected: 3, reconnect_required: 1, disconnected: 2 },
      due: 1,
      overdue: 0,
      deskera: { status: 'ok', facts: { openHosts: 0 } },
    });
  });
});
