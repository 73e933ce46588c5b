import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { EncryptedRecords, type ReencryptedBatch, type EncryptedRows } from '#vault';
import { openTestStore, type TestStore } from '#connections/testing';
import { WebhookStorageModule } from './webhook-storage.module.js';
import { WebhookEndpointStore } from '../webhook-endpoints.js';

let database: TestDatabase;
let stores: TestStore[];

beforeEach(async () => {
  database = await createTestDatabase();
  stores = [];
});

afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await database.drop();
});

async function withKeys(...keyIds: readonly string[]): Promise<TestStore> {
  const store = await openTestStore(database.url, { keyIds, modules: [WebhookStorageModule] });
  stores.push(store);
  return store;
}

async function createEndpoints(store: TestStore, count: number): Promise<void> {
  const endpoint = { url: 'https://hooks.example/', events: [], secret: Secret.of('whsec_AAAA') };
  for (let made = 0; made < count; made += 1) await store.get(WebhookEndpointStore).create(endpoint, 20);
}

function secretsOf(store: TestStore): EncryptedRows {
  const rows = store.get(EncryptedRecords).kinds.find(({ kind }) => kind === 'webhook secrets');
  if (rows === undefined) throw new Error('webhook secrets are no part of the stock');
  return rows;
}

/** Two at a time, to the end. */
async function walk(rows: EncryptedRows): Promise<readonly ReencryptedBatch[]> {
  const batches = [await rows.reseal(null, 2)];
  for (let next = batches[0]?.next ?? null; next !== null; next = batches.at(-1)?.next ?? null) {
    batches.push(await rows.reseal(next, 2));
  }
  return batches;
}

const sum = (batches: readonly ReencryptedBatch[], of: 'resealed' | 'current' | 'moved'): number =>
  batches.reduce((total, batch) => total + batch[of], 0);

describe('secrets of webhooks', () => {
  it('are sealed anew under the first key, each once, and open without the old one', async () => {
    await createEndpoints(await withKeys('old'), 5);
    const both = secretsOf(await withKeys('new', 'old'));
    expect(await both.count()).toBe(5);
    const first = await walk(both);
    expect([sum(first, 'resealed'), sum(first, 'current'), sum(first, 'moved')]).toEqual([5, 0, 0]);
    const again = await walk(secretsOf(await withKeys('new')));
    expect([sum(again, 'resealed'), sum(again, 'current')]).toEqual([0, 5]);
  });

  it('that do not open are told with the key they name, and left as they are', async () => {
    await createEndpoints(await withKeys('lost'), 1);
    const batches = await walk(secretsOf(await withKeys('new')));
    expect(batches.flatMap(({ unreadable }) => unreadable.map(({ keyId }) => keyId))).toEqual(['lost']);
    const found = await walk(secretsOf(await withKeys('new', 'lost')));
    expect(sum(found, 'resealed')).toBe(1);
  });

  it('are sealed anew by one of two who walk at once', async () => {
    await createEndpoints(await withKeys('old'), 4);
    const [one, other] = [await withKeys('new', 'old'), await withKeys('new', 'old')].map(secretsOf);
    if (one === undefined || other === undefined) throw new Error('two stores were opened');
    const batches = (await Promise.all([walk(one), walk(other)])).flat();
    expect(sum(batches, 'resealed')).toBe(4);
    expect(sum(batches, 'current') + sum(batches, 'moved')).toBe(4);
  });
});
