import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestStore, type TestStore } from '#store/testing';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { ConnectionReads } from '../connection-reads.js';
import { GrantImportStore } from '../grant-import-store.js';
import { RefusedWrites } from '../refused-writes.js';

let database: TestDatabase;
let store: TestStore;

beforeAll(async () => {
  database = await createTestDatabase();
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`,
  );
  await admin.end();
  store = await openTestStore(database.url);
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

describe('a database that reads and does not write', () => {
  it('is noted as one with the first write that it refuses, and not by what it reads', async () => {
    const refused = store.get(RefusedWrites);
    await store.get(ConnectionReads).find('00000000-0000-4000-8000-000000000000');
    expect(refused.lastAt()).toBe(-Infinity);
    await expect(store.get(GrantImportStore).drawConnectNumber()).rejects.toMatchObject({
      code: 'broker_unavailable',
    });
    expect(refused.lastAt()).toBeGreaterThan(0);
  });
});
