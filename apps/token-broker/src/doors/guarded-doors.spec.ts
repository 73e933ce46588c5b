import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { scopes } from '#access';
import { connectionId } from './testing/fake-tokens.js';
import { deliveryId, webhookId } from './testing/fake-webhooks.js';
import { InnerDoors } from './testing/inner-doors.js';

/** What each route needs; one that is missing here fails the first test. */
const needs: Readonly<Record<string, string>> = {
  'GET /v1/tenants/:tenantId/deskera-token': 'tokens:read',
  'POST /v1/tenants/:tenantId/deskera-token/rejections': 'tokens:read',
  'POST /v1/tenants/:tenantId/connect-sessions': 'connections:write',
  'GET /v1/tenants/:tenantId/connect-sessions/:sessionId': 'connections:write',
  'POST /v1/tenants/:tenantId/connect-sessions/:sessionId/confirm': 'connections:write',
  'GET /v1/tenants/:tenantId/connections': 'connections:read',
  'PUT /v1/tenants/:tenantId/default-org': 'connections:write',
  'DELETE /v1/tenants/:tenantId/connections/:connectionId': 'connections:write',
  'GET /admin/api/connections': 'admin',
  'GET /admin/api/connections/:connectionId': 'admin',
  'GET /admin/api/connections/:connectionId/events': 'admin',
  'GET /admin/api/connections/:connectionId/hand-outs': 'admin',
  'POST /admin/api/connections/:connectionId/check': 'admin',
  'POST /admin/api/connections/:connectionId/refresh': 'admin',
  'DELETE /admin/api/connections/:connectionId': 'admin',
  'POST /admin/api/connections': 'admin',
  'POST /admin/api/connect-sessions': 'admin',
  'GET /admin/api/service-keys': 'admin',
  'POST /admin/api/service-keys': 'admin',
  'GET /admin/api/service-keys/:keyId': 'admin',
  'DELETE /admin/api/service-keys/:keyId': 'admin',
  'POST /admin/api/service-keys/:keyId/secrets': 'admin',
  'DELETE /admin/api/service-keys/:keyId/secrets/:number': 'admin',
  'GET /admin/api/service-keys/:keyId/hand-outs': 'admin',
  'GET /admin/api/summary': 'admin',
  'GET /admin/api/webhooks': 'admin',
  'POST /admin/api/webhooks': 'admin',
  'DELETE /admin/api/webhooks/:webhookId': 'admin',
  'POST /admin/api/webhooks/:webhookId/enable': 'admin',
  'POST /admin/api/webhooks/:webhookId/secrets': 'admin',
  'DELETE /admin/api/webhooks/:webhookId/secrets/:number': 'admin',
  'GET /admin/api/webhooks/:webhookId/deliveries': 'admin',
  'POST /admin/api/webhooks/deliveries/:deliveryId/redeliver': 'admin',
  'POST /admin/api/webhooks/:webhookId/deliveries/:deliveryId/redeliver': 'admin',
};

const routes = Object.keys(needs);
const bodies: Readonly<Record<string, unknown>> = {
  'POST /v1/tenants/:tenantId/deskera-token/rejections': { fingerprint: 'aabbccddeeff0011' },
  'PUT /v1/tenants/:tenantId/default-org': { org: '11242' },
  'POST /admin/api/connections': { tenantId: 'acme', apiVersion: 'v1', deskeraRefreshToken: 'a.b.c' },
  'POST /admin/api/connect-sessions': { tenantId: 'acme' },
  'POST /admin/api/webhooks': { url: 'https://hooks.example/in' },
  'POST /admin/api/service-keys': { name: 'invoices', scopes: ['tokens:read'], tenants: ['acme'] },
};

let inner: InnerDoors;

beforeAll(async () => {
  inner = await InnerDoors.open();
});

afterAll(async () => {
  await inner.close();
});

async function call(route: string, key?: string, tenantId = 'acme'): Promise<Response> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern
    .replace(':tenantId', tenantId)
    .replace(':connectionId', connectionId)
    .replace(':webhookId', webhookId)
    .replace(':deliveryId', deliveryId)
    .replace(':sessionId', 'known')
    .replace(':keyId', '0123456789abcdef')
    .replace(':number', '1');
  const body = bodies[route];
  const init =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  return inner.request(method, path, key === undefined ? init : { key, ...init });
}

async function expectShut(response: Response, status: 400 | 401 | 403, code: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ status, code });
  expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
}

it('all routes are known to this spec', () => {
  expect([...inner.doors.routes].sort()).toEqual([...routes].sort());
});

describe.each(routes)('%s', (route) => {
  const scope = needs[route] ?? '';
  const ofTenant = route.includes(':tenantId');

  it('is shut without a key', async () => {
    await expectShut(await call(route), 401, 'unauthorized');
  });

  it('is shut for HEAD too', async () => {
    const response = await call(route.replace(/^[A-Z]+/, 'HEAD'));
    const isRead = routes.includes(route.replace(/^[A-Z]+/, 'GET'));
    expect(response.status).toBe(isRead ? 401 : 404);
  });

  it.each(['Bearer wrong', 'Basic YTpi', 'Bearer', ''])('is shut with %j', async (key) => {
    await expectShut(await call(route, key), 401, 'unauthorized');
  });

  it('is shut for a key with all other scopes', async () => {
    const others = scopes.filter((each) => each !== scope && each !== 'admin');
    const key = inner.authenticator.admit(`not-${scope}`, { scopes: others, tenants: ['*'] });
    await expectShut(await call(route, key), 403, 'forbidden');
  });

  it('is open for a key with the scope, and for an admin', async () => {
    const key = inner.authenticator.admit(`only-${scope}`, { scopes: [scope], tenants: ['*'] });
    expect((await call(route, key)).status).toBeLessThan(300);
    expect((await call(route, inner.admin)).status).toBeLessThan(300);
  });

  if (ofTenant) {
    it('is shut for another tenant’s key, whether there is such a tenant or not', async () => {
      const key = inner.authenticator.admit('other', {
        scopes: [scope],
        tenants: ['other', 'acm', 'acme-*'],
      });
      const [there, notThere] = [await call(route, key, 'acme'), await call(route, key, 'nobody')];
      const bodiesOfBoth = [await there.text(), await notThere.text()];
      expect([there.status, notThere.status]).toEqual([403, 403]);
      expect(bodiesOfBoth[0]).toBe(bodiesOfBoth[1]);
    });

    it('tells of a bad tenant id only who has a key', async () => {
      for (const bad of ['a%20b', 'a%2Fb', 'é', 'a'.repeat(129), '%00', 'a*']) {
        await expectShut(await call(route, undefined, bad), 401, 'unauthorized');
        await expectShut(await call(route, inner.admin, bad), 400, 'invalid_tenant_id');
      }
    });
  }

  if (scope === 'admin' && !route.startsWith('GET ')) {
    it('keeps on record who did it', async () => {
      inner.trail.records.length = 0;
      await call(route, inner.admin);
      expect(inner.trail.records).toEqual([expect.stringMatching(/^key:admin [a-z_]+ \S+$/)]);
    });
  }
});
