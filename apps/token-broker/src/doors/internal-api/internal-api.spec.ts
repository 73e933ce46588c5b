import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectionId } from '../testing/fake-tokens.js';
import { InnerDoors } from '../testing/inner-doors.js';

let inner: InnerDoors;
let key: string;

beforeAll(async () => {
  inner = await InnerDoors.open();
  key = inner.authenticator.admit('all', {
    scopes: ['connections:write', 'connections:read'],
    tenants: ['*'],
  });
});

afterAll(async () => {
  await inner.close();
});

beforeEach(() => {
  inner.sessions.started.length = 0;
  inner.connections.calls.length = 0;
  inner.sessions.standing = { status: 'pending', code: null, connectionId: null, org: null };
});

describe('connect sessions', () => {
  const path = '/v1/tenants/acme/connect-sessions';

  it('are started with what was said', async () => {
    const body = {
      redirectUri: 'https://a.example/x',
      apiVersion: 'v2',
      org: '1',
      label: 'Acme & Söhne',
      activation: 'browser',
    };
    const response = await inner.send('POST', path, body, key);
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      sessionId: 'known',
      connectUrl: 'https://broker.example/connect/known-link',
      expiresAt: '2026-11-23T12:15:00.000Z',
    });
    expect(inner.sessions.started).toEqual([
      { tenantId: 'acme', actor: expect.stringMatching(/^key:/), ...body },
    ]);
  });

  it('need nothing to be said', async () => {
    expect((await inner.request('POST', path, { key })).status).toBe(201);
    expect((await inner.send('POST', path, { org: null, label: null }, key)).status).toBe(201);
    for (const started of inner.sessions.started) {
      expect(Object.entries(started).filter(([, value]) => value !== undefined)).toEqual([
        ['tenantId', 'acme'],
        ['actor', expect.stringMatching(/^key:/)],
      ]);
    }
  });

  it.each([
    [{ apiVersion: 'v3' }, 'apiVersion'],
    [{ activation: 'never' }, 'activation'],
    [{ activation: ['browser'] }, 'activation'],
    [{ org: 11_242 }, 'org'],
    [{ org: '' }, 'org'],
    [{ org: 'a\u0000b' }, 'org'],
    [{ label: 'two\nlines' }, 'label'],
    [{ label: 'a'.repeat(201) }, 'label'],
    [{ redirectUri: `https://a.example/${'a'.repeat(2_000)}` }, 'redirectUri'],
    [{ redirectUri: {} }, 'redirectUri'],
    [{ tenantId: 'other' }, 'tenantId'],
    [{ redirect_uri: 'https://a.example' }, 'redirect_uri'],
  ])('are not started with %.60j', async (body, field) => {
    const response = await inner.send('POST', path, body, key);
    expect(response.status).toBe(400);
    const { code, errors } = (await response.json()) as { code: string; errors: { field: string }[] };
    expect(code).toBe('invalid_request');
    expect(errors.map((error) => error.field)).toContain(field);
    expect(inner.sessions.started).toEqual([]);
  });

  it('tell how they stand, with no more than is known', async () => {
    const read = async (): Promise<unknown> => (await inner.request('GET', `${path}/known`, { key })).json();
    expect(await read()).toEqual({ status: 'pending' });
    inner.sessions.standing = { status: 'failed', code: 'org_mismatch', connectionId: null, org: null };
    expect(await read()).toEqual({ status: 'failed', code: 'org_mismatch' });
    const org = { id: '1', name: null };
    inner.sessions.standing = { status: 'connected', code: null, connectionId, org };
    expect(await read()).toEqual({ status: 'connected', connectionId, org });
  });

  it('are confirmed', async () => {
    const response = await inner.request('POST', `${path}/known/confirm`, { key });
    expect([response.status, await response.json()]).toEqual([200, { status: 'pending' }]);
  });

  it.each(['nobody', '%00', 'a'.repeat(300)])('that are none are 404: %.10s', async (sessionId) => {
    const response = await inner.request('GET', `${path}/${sessionId}`, { key });
    expect(await response.json()).toMatchObject({ status: 404, code: 'connect_session_not_found' });
  });
});

describe('connections', () => {
  const path = '/v1/tenants/acme/connections';

  it('are listed without a token and without the last error', async () => {
    const response = await inner.request('GET', path, { key });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { items } = (await response.json()) as { items: Record<string, unknown>[] };
    expect(items).toEqual([
      {
        connectionId,
        tenantId: 'acme',
        org: { id: '11242', name: 'Singapore Org' },
        email: 'person@example.com',
        apiVersion: 'v1',
        status: 'connected',
        reason: null,
        connectedAt: '2026-11-01T00:00:00.000Z',
        verifiedAt: '2026-11-23T11:00:00.000Z',
        expiresAt: null,
        refreshedAt: null,
        nextCheckAt: '2026-11-23T11:15:00.000Z',
        consecutiveFailures: 0,
      },
    ]);
  });

  it('are disconnected', async () => {
    const response = await inner.request('DELETE', `${path}/${connectionId.toUpperCase()}`, { key });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(inner.connections.calls).toEqual([`disconnect ${connectionId} acme`]);
  });

  it.each(['nobody', '1', '%00', `${connectionId}x`])(
    'that can be none are 404 without a question: %s',
    async (id) => {
      const response = await inner.request('DELETE', `${path}/${id}`, { key });
      expect(await response.json()).toMatchObject({ status: 404, code: 'connection_not_found' });
      expect(inner.connections.calls).toEqual([]);
    },
  );

  it('of another tenant are 404', async () => {
    const response = await inner.request('DELETE', `/v1/tenants/other/connections/${connectionId}`, { key });
    expect(await response.json()).toMatchObject({ status: 404, code: 'connection_not_found' });
  });
});

describe('the default org', () => {
  it('is set', async () => {
    const response = await inner.send('PUT', '/v1/tenants/acme/default-org', { org: '11242' }, key);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(inner.connections.calls).toEqual(['setDefaultOrg acme 11242']);
  });

  it.each([{}, { org: null }, { org: 7 }, { org: '' }, { org: '1', more: 1 }])(
    'is not set by %j',
    async (body) => {
      const response = await inner.send('PUT', '/v1/tenants/acme/default-org', body, key);
      expect(await response.json()).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(inner.connections.calls).toEqual([]);
    },
  );
});
