import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { WebhookReceiver } from '#notifications/testing';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import { connectOrg, disconnectOrg } from './connect-org.js';
import { startProcesses, type ProcessPlatform } from './process-platform.js';

let database: TestDatabase;
let client: pg.Client;
let platform: ProcessPlatform;
let receiver: WebhookReceiver;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  platform = await startProcesses({
    databaseUrl: database.url,
    replicas: 2,
    variables: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' },
  });
});

afterAll(async () => {
  await client.end();
  await platform.close();
  await database.drop();
});

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});

afterEach(async () => {
  await receiver.close();
  const { json } = await broker(0).call('GET', '/admin/api/webhooks');
  for (const { id } of json['items'] as { id: string }[]) {
    await broker(0).call('DELETE', `/admin/api/webhooks/${id}`);
  }
  expect(platform.defects()).toEqual([]);
});

function broker(index: 0 | 1) {
  const found = platform.brokers[index];
  if (found === undefined) throw new Error('there are two');
  return found;
}

async function createWebhook(): Promise<{ id: string; secret: string }> {
  const { status, json } = await broker(0).call('POST', '/admin/api/webhooks', { url: receiver.url });
  expect(status).toBe(201);
  return { id: String(json['id']), secret: String(json['secret']) };
}

async function killAll(): Promise<void> {
  await Promise.all(platform.replicas.map((replica) => replica.kill()));
}

async function startAll(): Promise<void> {
  for (const replica of platform.replicas) replica.start();
  await Promise.all(platform.replicas.map((replica) => replica.ready()));
}

/** Whoever relays reads the endpoints: it is stopped there, and the changes are not. */
async function withoutRelay<Result>(work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  await client.query('LOCK TABLE webhook_endpoint IN ACCESS EXCLUSIVE MODE');
  try {
    return await work();
  } finally {
    await client.query('COMMIT');
  }
}

function typesFor(tenantId: string): readonly string[] {
  return receiver.received
    .filter(({ event }) => event.data['tenantId'] === tenantId)
    .map(({ event }) => `${String(event.data['number'])} ${event.type}`);
}

describe('a webhook', () => {
  it('tells the life of a connection, in its order', async () => {
    const { secret } = await createWebhook();
    const tenantId = 'told';
    await connectOrg(broker(0), platform.sandbox, tenantId, '501');
    await connectOrg(broker(0), platform.sandbox, tenantId, '501');
    await platform.sandbox.revoke('501');
    await broker(1).call('GET', `/v1/tenants/${tenantId}/deskera-token?maxVerifiedAgeSeconds=0`);
    await eventually(() => typesFor(tenantId).length === 3);
    await connectOrg(broker(0), platform.sandbox, tenantId, '501');
    await disconnectOrg(broker(1), tenantId);
    await eventually(() => typesFor(tenantId).length === 5);
    expect(typesFor(tenantId)).toEqual([
      '1 connection.connected',
      '2 connection.connected',
      '3 connection.reconnect_required',
      '4 connection.recovered',
      '5 connection.disconnected',
    ]);
    expect(receiver.received.map(({ event }) => event.data['replaced'])).toEqual([
      false,
      true,
      undefined,
      undefined,
      undefined,
    ]);
    expect(receiver.received[2]?.event.data).toMatchObject({
      status: 'reconnect_required',
      reason: 'grant_revoked',
    });
    for (const webhook of receiver.received) {
      WebhookReceiver.verify(webhook, secret);
      expect(webhook.body).not.toMatch(/eyJ|token"|refresh/i);
    }
  });
});

describe('a kill -9 of every replica', () => {
  it('between a change and its webhook loses nothing: it arrives with the same id', async () => {
    await createWebhook();
    const { rows } = await withoutRelay(async () => {
      await connectOrg(broker(0), platform.sandbox, 'killed', '502');
      await killAll();
      return client.query<{ id: string; relayed: boolean }>(
        `SELECT event_id AS id, relayed_at IS NOT NULL AS relayed FROM webhook_event WHERE tenant_id = 'killed'`,
      );
    });
    expect(rows).toMatchObject([{ relayed: false }]);
    expect(receiver.received).toEqual([]);
    await startAll();
    await eventually(() => receiver.received.length > 0);
    expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set([rows[0]?.id]));
  });

  it('in the middle of a delivery has it delivered again, with the same id', async () => {
    receiver.reply = () => (receiver.received.length === 0 ? 'hang' : 204);
    await createWebhook();
    await connectOrg(broker(0), platform.sandbox, 'cut', '503');
    await eventually(() => receiver.received.length === 1);
    await killAll();
    await startAll();
    await eventually(() => receiver.accepted().size === 1);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
  });
});

describe('the admin API', () => {
  it.each([
    'http://127.0.0.1.example.invalid/',
    'https://10.0.0.1/in',
    'https://[::1]/in',
    'https://[::ffff:10.0.0.1]/in',
    'https://169.254.169.254/latest/meta-data',
    'http://93.184.216.34/in',
    'https://user:password@93.184.216.34/in',
    'ftp://127.0.0.1/in',
    'nowhere',
  ])('takes no webhook to %s', async (url) => {
    const { status, json } = await broker(1).call('POST', '/admin/api/webhooks', { url });
    expect([status, json['code']]).toEqual([400, 'webhook_url_not_allowed']);
  });

  it('shows a secret once, and how deliveries fared', async () => {
    const { id, secret } = await createWebhook();
    await connectOrg(broker(0), platform.sandbox, 'logged', '504');
    const path = `/admin/api/webhooks/${id}/deliveries`;
    await eventually(async () => {
      const { json } = await broker(1).call('GET', `${path}?status=delivered`);
      return (json['items'] as unknown[]).length === 1;
    });
    const [shown, listed] = [
      await broker(1).call('GET', path),
      await broker(1).call('GET', '/admin/api/webhooks'),
    ];
    expect(JSON.stringify([shown.json, listed.json])).not.toContain(secret);
    const [item] = shown.json['items'] as { deliveryId: string; eventId: string }[];
    expect(item).toMatchObject({ status: 'delivered', attempts: 1, lastStatus: 204, tenantId: 'logged' });
    const again = await broker(1).call('POST', `${path}/${String(item?.deliveryId)}/redeliver`);
    expect(again.status).toBe(202);
    await eventually(() => receiver.received.length === 2);
    expect(receiver.received.map(({ id: eventId }) => eventId)).toEqual([item?.eventId, item?.eventId]);
  });
});
