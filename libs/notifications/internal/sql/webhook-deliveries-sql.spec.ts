import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Secret } from '#kernel';
import { eventually } from '#kernel/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ConnectionSaves } from '#connections';
import { openTestStore, storedRecord, type TestStore } from '#connections/testing';
import {
  WebhookDeliveryStore,
  type ClaimedDelivery,
  type ConcludedTries,
  type DeliveryOutcome,
  type TriedDelivery,
} from '../webhook-deliveries.js';
import { WebhookStorageModule } from './webhook-storage.module.js';
import { WebhookEndpointStore } from '../webhook-endpoints.js';

let database: TestDatabase;
let client: pg.Client;
let store: TestStore;
let deliveries: WebhookDeliveryStore;

beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  store = await openTestStore(database.url, { modules: [WebhookStorageModule] });
  deliveries = store.get(WebhookDeliveryStore);
  await createEndpoint();
  // The queue starts in the background.
  await eventually(async () => (await deliveries.claim([], 1).catch(() => null)) === 'nothing');
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
  const found = await deliveries.claim([], 1);
  const [delivery] = found;
  if (typeof delivery !== 'object') throw new Error('there is none');
  return delivery;
}

function conclude(claimed: ClaimedDelivery, outcome: DeliveryOutcome): Promise<ConcludedTries | 'held'> {
  return deliveries.conclude([{ claimed, outcome }]);
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
    expect(await deliveries.claim([], 1)).toBe('nothing');
    expect(delivery).toMatchObject({ attempts: 0, event: { connectionId, number: 1 } });
    expect((await delivery.openSecrets()).map((secret) => secret.reveal())).toEqual(['whsec_AAAA']);
    expect(await conclude(delivery, { kind: 'delivered', status: 204, error: null })).toMatchObject({
      kept: [true],
    });
    expect(await conclude(delivery, { kind: 'parked', status: 500, error: 'late' })).toMatchObject({
      kept: [false],
    });
  });

  it('is left for later where its endpoint has enough under way', async () => {
    await storedRecord(store);
    await deliveries.relay();
    const { rows } = await client.query<{ id: string }>('SELECT endpoint_id AS id FROM webhook_endpoint');
    expect(
      await deliveries.claim(
        rows.map(({ id }) => id),
        1,
      ),
    ).toBe('nothing');
    await claimed();
  });

  it('whose job was lost is found again', async () => {
    await storedRecord(store);
    await deliveries.relay();
    await client.query('DELETE FROM pgboss.job');
    await deliveries.recoverLost();
    expect(await deliveries.claim([], 1)).toBe('nothing');
    await client.query(`UPDATE webhook_delivery SET next_attempt_at = now() - interval '3 minutes'`);
    await deliveries.recoverLost();
    await claimed();
  });

  it('is woken no earlier than it is due', async () => {
    await storedRecord(store);
    await deliveries.relay();
    const again = { kind: 'again', status: 500, error: 'not_accepted', afterSeconds: 7.000_4 } as const;
    await conclude(await claimed(), again);
    const { rows } = await client.query(
      `SELECT j.start_after >= d.next_attempt_at AS late FROM webhook_delivery d, pgboss.job j WHERE j.state = 'created'`,
    );
    expect(rows).toEqual([{ late: true }]);
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

describe('several deliveries', () => {
  const delivered = { kind: 'delivered', status: 204, error: null } as const;

  /** Two connections, each with an event that is claimed and one that waits for it. */
  async function chains(): Promise<readonly TriedDelivery[]> {
    for (let count = 0; count < 2; count += 1) {
      const { connectionId } = await storedRecord(store);
      await store.get(ConnectionSaves).disconnect(connectionId, null);
    }
    await deliveries.relay();
    const found = await deliveries.claim([], 4);
    if (found === 'nothing') throw new Error('there are two');
    expect(found.map(({ event }) => event.number)).toEqual([1, 1]);
    return found.map((claimed) => ({ claimed, outcome: delivered }));
  }

  it('are claimed together, no more than were asked for', async () => {
    for (let count = 0; count < 5; count += 1) await storedRecord(store);
    await deliveries.relay();
    expect(await deliveries.claim([], 3)).toHaveLength(3);
    expect(await deliveries.claim([], 3)).toHaveLength(2);
    expect(await deliveries.claim([], 3)).toBe('nothing');
  });

  it('are concluded together, and wake who waits for each of them', async () => {
    const tried = await chains();
    expect(await deliveries.conclude(tried)).toEqual({ kept: [true, true], madeDue: true });
    const found = await deliveries.claim([], 4);
    expect(found).toMatchObject([{ event: { number: 2 } }, { event: { number: 2 } }]);
    expect(await deliveries.conclude(tried)).toEqual({ kept: [false, false], madeDue: false });
  });

  it('are kept as far as nobody else has said a word', async () => {
    const [first, second] = await chains();
    if (first === undefined || second === undefined) throw new Error('there are two');
    await deliveries.conclude([first]);
    expect(await deliveries.conclude([first, second])).toEqual({ kept: [false, true], madeDue: true });
  });

  it('wait for nobody who has a successor, and are concluded one by one then', async () => {
    const tried = await chains();
    await client.query('BEGIN');
    await client.query('SELECT FROM webhook_delivery WHERE waits FOR NO KEY UPDATE');
    expect(await deliveries.conclude(tried)).toBe('held');
    await client.query('ROLLBACK');
    for (const each of tried) {
      expect(await deliveries.conclude([each])).toEqual({ kept: [true], madeDue: true });
    }
  });

  it('of an endpoint that is disabled meanwhile are parked', async () => {
    await storedRecord(store);
    await deliveries.relay();
    await client.query(`UPDATE webhook_endpoint SET disabled_at = now(), disabled_reason = 'gone'`);
    expect(await deliveries.claim([], 4)).toEqual([]);
    expect(await deliveries.claim([], 4)).toBe('nothing');
    expect((await client.query('SELECT status FROM webhook_delivery')).rows).toEqual([{ status: 'parked' }]);
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
