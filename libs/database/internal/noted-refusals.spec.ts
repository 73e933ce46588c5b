import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newConnectSession, openTestStore, type TestStore } from '#connections/testing';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { ConnectSessionStore, ConnectionReads } from '#connections';
import { RefusedWrites } from '../refused-writes.js';

let database: TestDatabase;
let store: TestStore;

beforeAll(async () => {
  database = await createTestDatabase();
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  // What PostgreSQL answers to a write when its disk is full.
  await admin.query(
    `CREATE FUNCTION public.disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$`,
  );
  await admin.query(
    'CREATE TRIGGER disk_full BEFORE INSERT ON connect_session EXECUTE FUNCTION public.disk_full()',
  );
  await admin.end();
  store = await openTestStore(database.url);
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

describe('a database whose disk is full', () => {
  it('is noted with the first write that it refuses, and not by what it reads', async () => {
    const refused = store.get(RefusedWrites);
    await store.get(ConnectionReads).find('00000000-0000-4000-8000-000000000000');
    expect(refused.lastAt()).toBe(-Infinity);
    await expect(store.get(ConnectSessionStore).create(newConnectSession())).rejects.toMatchObject({
      code: 'broker_unavailable',
    });
    expect(refused.lastAt()).toBeGreaterThan(0);
  });
});
