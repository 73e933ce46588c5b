import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openTestStore, type TestStore } from '../../testing/test-store.js';
import { storedRecord } from '../../testing/stored-connection.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ConnectionListing } from '../../connection-listing.js';

let database: TestDatabase;
let admin: pg.Client;
let store: TestStore;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  store = await openTestStore(database.url);
});

afterAll(async () => {
  await store.close();
  await admin.end();
  await database.drop();
});

describe('pruning', () => {
  it('keeps a change for ten minutes, so that a replica that was cut off can still read it', async () => {
    for (const seconds of [30, 590, 610])
      await admin.query(`INSERT INTO change (subject, at) VALUES ($1, now() - make_interval(secs => $2))`, [
        `tenant:pruned-${String(seconds)}`,
        seconds,
      ]);
    await store.get(ConnectionListing).prune();
    const { rows } = await admin.query<{ subject: string }>(
      `SELECT subject FROM change WHERE subject LIKE 'tenant:pruned-%' ORDER BY subject`,
    );
    expect(rows.map(({ subject }) => subject)).toEqual(['tenant:pruned-30', 'tenant:pruned-590']);
  });
});

describe('pages of events', () => {
  it('show each event once, the newest first', async () => {
    const { connectionId } = await storedRecord(store);
    await admin.query(
      `INSERT INTO connection_event (connection_id, kind, detail)
         SELECT $1, 'noted', jsonb_build_object('number', n) FROM generate_series(1, 7) n`,
      [connectionId],
    );
    const { rows } = await admin.query<{ count: number }>(
      'SELECT count(*)::integer AS count FROM connection_event WHERE connection_id = $1',
      [connectionId],
    );
    const seen: string[] = [];
    for (let after: string | null = null, pages = 0; pages < 10; pages += 1) {
      const page = await store.get(ConnectionListing).events(connectionId, after, 3);
      if (page.length === 0) break;
      seen.push(...page.map(({ eventId }) => eventId));
      after = seen.at(-1) ?? null;
    }
    expect(seen).toHaveLength(rows[0]?.count ?? 0);
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => Number(b) - Number(a)));
  });
});
