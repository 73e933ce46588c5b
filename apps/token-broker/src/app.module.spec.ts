import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testConfig } from '#config/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { AppModule } from './app.module.js';
import { openDoors, type DoorApp } from './doors/testing/door-app.js';

/** What is open to everybody who reaches it; any other route wants a key. */
const open = [
  'GET /connect/:linkId',
  'GET /oauth/callback',
  'POST /oauth/callback',
  'GET /connected',
  'GET /not-connected',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /openapi.json',
  'GET /docs',
  'GET /docs/errors',
];

const adminKey = 'an-admin-key-of-the-spec-with-enough-characters';
const admin = `Bearer ${adminKey}`;

let database: TestDatabase;
let doors: DoorApp;

beforeAll(async () => {
  database = await createTestDatabase();
  const config = testConfig({
    DATABASE_URL: database.url,
    ADMIN_KEY: adminKey,
    UPKEEP_ENABLED: 'false',
    LOG_LEVEL: 'silent',
  });
  doors = await openDoors({ imports: [AppModule.forRoot(config)] });
});

afterAll(async () => {
  await doors.app.close();
  await database.drop();
});

async function call(method: string, path: string, key?: string, body?: unknown): Promise<Response> {
  return fetch(`http://127.0.0.1:${String(doors.port)}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(key !== undefined && { authorization: key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

describe('the whole application', () => {
  it('opens exactly the routes that are meant to be, and asks for a key on all others', async () => {
    expect(doors.routes).toEqual(expect.arrayContaining(open));
    const guarded = doors.routes.filter((route) => !open.includes(route));
    expect(guarded.length).toBeGreaterThan(15);
    for (const route of guarded) {
      const [method = '', pattern = ''] = route.split(' ');
      const response = await call(method, pattern.replaceAll(/:\w+/g, 'acme'));
      expect([route, response.status]).toEqual([route, 401]);
      expect(await response.json()).toMatchObject({ code: 'unauthorized' });
    }
  });

  it('has a description of every route in its OpenAPI document, and of no other', async () => {
    const response = await call('GET', '/openapi.json');
    const { paths } = (await response.json()) as { paths: Record<string, Record<string, object>> };
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      ),
    );
    const listed = described.filter((route) => !/^(HEAD|OPTIONS) /.test(route));
    expect(listed.toSorted()).toEqual([...doors.routes].toSorted());
  });

  it('makes a service key that opens what it was made for, until it is revoked', async () => {
    const wanted = { name: 'invoices', scopes: ['tokens:read'], tenants: ['acme'] };
    const created = await call('POST', '/admin/api/service-keys', admin, wanted);
    const { key, keyId } = (await created.json()) as { key: string; keyId: string };
    expect(key).toMatch(/^dtb_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    const ask = async (path: string): Promise<unknown> => {
      const response = await call('GET', path, `Bearer ${key}`);
      return ((await response.json()) as { code: string }).code;
    };
    expect(await ask('/v1/tenants/acme/deskera-token')).toBe('not_connected');
    expect(await ask('/v1/tenants/other/deskera-token')).toBe('forbidden');
    expect(await ask('/v1/tenants/acme/connections')).toBe('forbidden');
    expect(await ask('/admin/api/connections')).toBe('forbidden');
    expect((await call('DELETE', `/admin/api/service-keys/${keyId}`, admin)).status).toBe(204);
    expect(await ask('/v1/tenants/acme/deskera-token')).toBe('unauthorized');
  });

  it('tells how its parts are', async () => {
    const response = await call('GET', '/health/ready');
    const { parts } = (await response.json()) as { parts: { part: string; status: string }[] };
    expect(parts.map(({ part }) => part)).toEqual(['database', 'changeFeed', 'upkeep', 'deskera', 'spool']);
    expect(parts[0]).toMatchObject({ status: 'ok' });
    const summary = await call('GET', '/admin/api/summary', admin);
    expect(await summary.json()).toMatchObject({ due: 0, overdue: 0, byStatus: { connected: 0 } });
  });

  it('gives a person a page that says for itself what it needs', async () => {
    const response = await call('GET', `/connect/${'a'.repeat(44)}`);
    expect(response.status).toBe(410);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('content-security-policy')).toMatch(/style-src/);
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect(response.headers.get('x-request-id')).not.toBeNull();
  });

  it('starts a connect that leads to Deskera', async () => {
    const started = await call('POST', '/v1/tenants/acme/connect-sessions', admin, {});
    expect(started.status).toBe(201);
    const { connectUrl, sessionId } = (await started.json()) as { connectUrl: string; sessionId: string };
    const opened = await call('GET', new URL(connectUrl).pathname);
    expect(opened.status).toBe(303);
    expect(opened.headers.get('location')).toMatch(/^https:\/\/appauth\.deskera\.com\/\?/);
    const standing = await call('GET', `/v1/tenants/acme/connect-sessions/${sessionId}`, admin);
    expect(await standing.json()).toEqual({ status: 'pending' });
    const elsewhere = await call('GET', `/v1/tenants/other/connect-sessions/${sessionId}`, admin);
    expect(await elsewhere.json()).toMatchObject({ code: 'connect_session_not_found' });
  });
});
