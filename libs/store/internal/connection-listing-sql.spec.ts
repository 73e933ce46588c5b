import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openTestStore, storedRecord, type TestStore } from '#store/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { ConnectionListing } from '../connection-listing.js';

let database: TestDatabase;
let store: TestStore;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await store.close();
  await database.drop();
});

describe('a page of events', () => {
  it('goes on right after the last event of the page before, and shows none twice', async () => {
    const { connectionId } = await storedRecord(store);
    await client.query(
      `INSERT INTO connection_event (connection_id, kind, detail)
       SELECT $1, 'kind-' || number, '{}' FROM generate_series(1, 4) number`,
      [connectionId],
    );
    const listing = store.get(ConnectionListing);
    const first = await listing.events(connectionId, null, 2);
    const second = await listing.events(connectionId, first.at(-1)?.eventId ?? null, 2);
    const third = await listing.events(connectionId, second.at(-1)?.eventId ?? null, 2);
    expect([first, second, third].map((page) => page.map(({ kind }) => kind))).toEqual([
      ['kind-4', 'kind-3'],
      ['kind-2', 'kind-1'],
      ['connected'],
    ]);
  });
});

describe('pruning', () => {
  it('keeps the changes of the last ten minutes, which a replica may not have read yet', async () => {
    await client.query(
      `INSERT INTO change (subject, at)
       VALUES ('tenant:gone', now() - interval '11 minutes'), ('tenant:kept', now() - interval '9 minutes')`,
    );
    await store.get(ConnectionListing).prune();
    const { rows } = await client.query<{ subject: string }>(
      `SELECT subject FROM change WHERE subject IN ('tenant:gone', 'tenant:kept')`,
    );
    expect(rows).toEqual([{ subject: 'tenant:kept' }]);
  });
});
