import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deliveryId, webhookId } from '../testing/fake-webhooks.js';
import { InnerDoors } from '../testing/inner-doors.js';

let inner: InnerDoors;

beforeAll(async () => {
  inner = await InnerDoors.open();
});

afterAll(async () => {
  await inner.close();
});

beforeEach(() => {
  inner.webhooks.calls.length = 0;
  inner.trail.records.length = 0;
});

const base = '/admin/api/webhooks';
const nobody = '3f0f3b8e-6a9e-4d2b-9d5c-000000000000';

async function create(body: unknown): Promise<Response> {
  return inner.send('POST', base, body, inner.admin);
}

async function call(method: string, path: string): Promise<Response> {
  return inner.request(method, `${base}${path}`, { key: inner.admin });
}

const shown = {
  id: webhookId,
  url: 'https://hooks.example/in',
  events: expect.arrayContaining(['connection.connected', 'connection.disconnected']),
  createdAt: '2026-11-23T11:00:00.000Z',
  disabledAt: null,
  disabledReason: null,
  secrets: [{ number: 1, createdAt: '2026-11-23T11:00:00.000Z' }],
};

describe('webhooks', () => {
  it('are made, shown with their secret once, and listed without it', async () => {
    const response = await create({ url: 'https://hooks.example/in?secret=1' });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      ...shown,
      url: 'https://hooks.example/in?secret=1',
      secret: 'whsec_the-secret',
    });
    expect(await (await call('GET', '')).json()).toEqual({ items: [shown] });
    expect(inner.trail.records).toEqual(['key:admin webhook_create hooks.example']);
  });

  it('are told some events alone where they say so', async () => {
    const events = ['connection.expiring'];
    expect(await (await create({ url: 'https://hooks.example/', events })).json()).toMatchObject({ events });
  });

  it.each([
    [{}, 'url'],
    [{ url: 7 }, 'url'],
    [{ url: '' }, 'url'],
    [{ url: `https://hooks.example/${'a'.repeat(2_000)}` }, 'url'],
    [{ url: 'https://hooks.example/', events: ['connection.lost'] }, 'events'],
    [{ url: 'https://hooks.example/', events: 'connection.connected' }, 'events'],
    [{ url: 'https://hooks.example/', secret: 'whsec_mine' }, 'secret'],
  ])('are not made with %.60j', async (body, field) => {
    const response = await create(body);
    const { code, errors } = (await response.json()) as { code: string; errors: { field: string }[] };
    expect([response.status, code]).toEqual([400, 'invalid_request']);
    expect(errors.map((error) => error.field)).toContain(field);
    expect(inner.webhooks.calls).toEqual([]);
  });

  it('get a second secret, lose one, are enabled and deleted', async () => {
    expect(await (await call('POST', `/${webhookId}/secrets`)).json()).toEqual({
      number: 2,
      createdAt: '2026-11-23T11:00:00.000Z',
      secret: 'whsec_another-secret',
    });
    expect((await call('DELETE', `/${webhookId}/secrets/2`)).status).toBe(204);
    expect((await call('POST', `/${webhookId}/enable`)).status).toBe(204);
    expect((await call('DELETE', `/${webhookId}`)).status).toBe(204);
    expect(inner.webhooks.calls).toEqual([
      `addSecret ${webhookId}`,
      `removeSecret ${webhookId} 2`,
      `enable ${webhookId}`,
      `remove ${webhookId}`,
    ]);
  });

  it.each([
    ['DELETE', `/${nobody}`, 'webhook_not_found'],
    ['DELETE', '/nobody', 'webhook_not_found'],
    ['POST', '/nobody/secrets', 'webhook_not_found'],
    ['DELETE', `/${webhookId}/secrets/0`, 'webhook_secret_not_found'],
    ['DELETE', `/${webhookId}/secrets/x`, 'webhook_secret_not_found'],
    ['GET', '/nobody/deliveries', 'webhook_not_found'],
    ['POST', `/${webhookId}/deliveries/nobody/redeliver`, 'webhook_delivery_not_found'],
    ['POST', '/deliveries/nobody/redeliver', 'webhook_delivery_not_found'],
  ])('%s %s is 404 %s', async (method, path, code) => {
    expect(await (await call(method, path)).json()).toMatchObject({ status: 404, code });
  });
});

describe('deliveries', () => {
  it.each([
    ['', { status: null, limit: 50, cursor: null }],
    ['?status=parked&limit=200&cursor=abc', { status: 'parked', limit: 200, cursor: 'abc' }],
  ])('are listed with %j', async (query, asked) => {
    expect(await (await call('GET', `/${webhookId}/deliveries${query}`)).json()).toEqual({
      items: [
        {
          deliveryId,
          eventId: '7f0f3b8e-6a9e-4d2b-9d5c-0a1b2c3d4e5f',
          type: 'connection.connected',
          connectionId: '3f0f3b8e-6a9e-4d2b-9d5c-0a1b2c3d4e5f',
          tenantId: 'acme',
          number: 1,
          status: 'parked',
          attempts: 7,
          lastStatus: 500,
          lastError: 'not_accepted',
          lastAttemptAt: '2026-11-23T11:00:00.000Z',
          nextAttemptAt: null,
          deliveredAt: null,
          createdAt: '2026-11-23T11:00:00.000Z',
        },
      ],
      nextCursor: 'next',
    });
    expect(inner.webhooks.calls).toEqual([`deliveries ${webhookId} ${JSON.stringify(asked)}`]);
  });

  it.each(['status=gone', 'limit=0', 'limit=201', 'page=2'])('are not listed with %s', async (query) => {
    expect(await (await call('GET', `/${webhookId}/deliveries?${query}`)).json()).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
  });

  it('are redelivered', async () => {
    expect((await call('POST', `/deliveries/${deliveryId}/redeliver`)).status).toBe(202);
    expect((await call('POST', `/${webhookId}/deliveries/${deliveryId}/redeliver`)).status).toBe(202);
    expect(inner.webhooks.calls).toEqual([
      `redeliver null ${deliveryId}`,
      `redeliver ${webhookId} ${deliveryId}`,
    ]);
  });
});
