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
