import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Secret } from '#kernel';
import { eventually } from '#kernel/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { openTestStore, storedRecord, type TestStore } from '../../testing/index.js';
import { WebhookDeliveryStore, type ClaimedDelivery } from '../../webhook-deliveries.js';
import { WebhookEndpointStore } from '../../webhook-endpoints.js';

let database: TestDatabase;
let client: pg.Client;
let store: TestStore;
let deliveries: WebhookDeliveryStore;

beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  store = await openTestStore(database.url);
  deliveries = store.get(WebhookDeliveryStore);
  await createEndpoint();
  // The queue starts in the background.
  await eventually(async () => (await deliveries.claim([]).catch(() => null)) === 'nothing');
});

afterEach(async () => {
  await store.close();
  await client.end();
  await database.drop();
});

async function createEndpoint(most = 20): Promise<string | null> {
  const endpoint = { url: 'https://hooks.example/', events: [], secret: Secret.of('whsec_AAAA') };
  return (await store.get(WebhookEndpointStore).create(endpoint, most))?.endpointId ?? null;
}

async function claimed(): Promise<ClaimedDelivery> {
  const found = await deliveries.claim([]);
  if (typeof found === 'string') throw new Error(`there is ${found}`);
  return found;
}

describe('the relay', () => {
  it('takes each event once, however many relay at once', async () => {
    for (let count = 0; count < 10; count += 1) await storedRecord(store);
    const taken = await Promise.all([1, 2, 3].map(() => deliveries.relay()));
    expect(taken.reduce((sum, count) => sum + count)).toBe(10);
    const { rows } = await client.query('SELECT FROM webhook_delivery');
    expect(rows).toHaveLength(10);
    expect(await deliveries.relay()).toBe(0);
  });
});

describe('a delivery', () => {
  it('is handed out once, opens its secret, and its first word counts', async () => {
    const { connectionId } = await storedRecord(store);
    await deliveries.relay();
    const delivery = await claimed();
    expect(await deliveries.claim([])).toBe('nothing');
    expect(delivery).toMatchObject({ attempts: 0, event: { connectionId, number: 1 } });
    expect((await delivery.openSecrets()).map((secret) => secret.reveal())).toEqual(['whsec_AAAA']);
    expect(await deliveries.conclude(delivery, { kind: 'delivered', status: 204, error: null })).toBe(true);
    expect(await deliveries.conclude(delivery, { kind: 'parked', status: 500, error: 'late' })).toBe(false);
  });

  it('is left for later where its endpoint has enough under way', async () => {
    await storedRecord(store);
    await deliveries.relay();
    const { rows } = await client.query<{ id: string }>('SELECT endpoint_id AS id FROM webhook_endpoint');
    expect(await deliveries.claim(rows.map(({ id }) => id))).toBe('nothing');
    await claimed();
  });

  it('whose job was lost is found again', async () => {
    await storedRecord(store);
    await deliveries.relay();
    await client.query('DELETE FROM pgboss.job');
    await deliveries.recoverLost();
    expect(await deliveries.claim([])).toBe('nothing');
    await client.query(`UPDATE webhook_delivery SET next_attempt_at = now() - interval '3 minutes'`);
    await deliveries.recoverLost();
    await claimed();
  });

  it('is removed with its event after a month', async () => {
    await storedRecord(store);
    await deliveries.relay();
    await deliveries.prune(30);
    expect((await client.query('SELECT FROM webhook_event')).rows).toHaveLength(1);
    await client.query(`UPDATE webhook_event SET at = now() - interval '31 days'`);
    await deliveries.prune(30);
    for (const table of ['webhook_event', 'webhook_delivery']) {
      expect((await client.query(`SELECT FROM ${table}`)).rows).toHaveLength(0);
    }
  });
});

describe('endpoints', () => {
  it('are no more than there may be, made at once as they are', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => createEndpoint(4)));
    expect(made.filter((id) => id !== null)).toHaveLength(3);
  });

  it('keep a secret that opens in no other row', async () => {
    await storedRecord(store);
    await client.query('UPDATE webhook_secret SET number = 2');
    await deliveries.relay();
    await expect((await claimed()).openSecrets()).rejects.toMatchObject({ code: 'broker_unavailable' });
  });
});
