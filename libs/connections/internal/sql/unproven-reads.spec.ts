import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseTenantId } from '#kernel';
import { eventually } from '#kernel/testing';
import { openTestStore, type TestStore } from '../../testing/test-store.js';
import { storedRecord } from '../../testing/stored-connection.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ChangeFeed } from '#database';
import { ConnectionReads } from '../../connection-reads.js';
import { AccessStorageModule, ServiceKeyStore } from '#access/testing';
import { ServerLives } from '#database/sql';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

describe('a read that another life of the server answered', () => {
  it('makes the replica forget before it is passed on, and prove again', async () => {
    const store = await openTestStore(database.url, { modules: [AccessStorageModule] });
    try {
      const { tenantId } = await storedRecord(store);
      const feed = store.get(ChangeFeed);
      const reads = store.get(ConnectionReads);
      const answered: (() => Promise<unknown>)[] = [
        () => reads.servable(tenantId, null),
        () => reads.servable(parseTenantId('nobody'), null),
        () => reads.goodToken(tenantId, null),
        () => store.get(ServiceKeyStore).findCredential('no-such-key'),
      ];
      let resets = 0;
      feed.subscribe({ changed: () => undefined, reset: () => (resets += 1) });
      for (const read of answered) {
        await eventually(() => feed.isFresh());
        const before = resets;
        await read();
        expect(resets).toBe(before);
        await sinceAnotherLifeWasProven(store, read);
        expect(resets).toBeGreaterThan(before);
      }
      await eventually(() => feed.isFresh());
    } finally {
      await store.close();
    }
  });
});

/** A poll may prove the true life again before the read is answered. */
async function sinceAnotherLifeWasProven(store: TestStore, read: () => Promise<unknown>): Promise<void> {
  const feed = store.get(ChangeFeed);
  let doubted = false;
  feed.subscribe({ changed: () => undefined, reset: () => (doubted = true) });
  await eventually(async () => {
    store.get(ServerLives).proved('another');
    await read();
    return doubted;
  });
}
