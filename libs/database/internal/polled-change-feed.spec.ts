import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventually, idleMilliseconds } from '#kernel/testing';
import { openTestStore, storedRecord, type TestStore } from '#connections/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { ChangeFeed } from '../change-feed.js';
import { ConnectionSaves } from '#connections';
import { ChangeCursor } from './change-cursor.js';
import { Database } from './database.js';

let database: TestDatabase;
let writer: TestStore;
let reader: TestStore;

beforeAll(async () => {
  database = await createTestDatabase();
  [writer, reader] = await Promise.all([openTestStore(database.url), openTestStore(database.url)]);
});

afterAll(async () => {
  await Promise.all([writer.close(), reader.close()]);
  await database.drop();
});

describe('the change feed', () => {
  it('tells another replica of a disconnect within a second', async () => {
    const { connectionId, tenantId } = await storedRecord(writer);
    const told: string[] = [];
    reader
      .get(ChangeFeed)
      .subscribe({ changed: (subject) => void told.push(subject), reset: () => undefined });
    await eventually(() => reader.get(ChangeFeed).isFresh());
    const took = await idleMilliseconds(async () => {
      await writer.get(ConnectionSaves).disconnect(connectionId, null);
      await eventually(() => told.includes(`tenant:${tenantId}`));
    });
    expect(told).toContain(`tenant:${tenantId}`);
    expect(took).toBeLessThan(1_000);
  });

  it('tells its own replica at once', async () => {
    const { connectionId, tenantId } = await storedRecord(writer);
    const told: string[] = [];
    writer
      .get(ChangeFeed)
      .subscribe({ changed: (subject) => void told.push(subject), reset: () => undefined });
    await writer.get(ConnectionSaves).disconnect(connectionId, null);
    expect(told).toContain(`tenant:${tenantId}`);
  });
});

describe('the poll of a feed', () => {
  it('waits for no free connection of the pool: what is cached stays proven while all are in use', async () => {
    const busy = await openTestStore(database.url);
    const feed = busy.get(ChangeFeed);
    await eventually(() => feed.isFresh());
    const held = Promise.withResolvers<undefined>();
    let holding = 0;
    // Those that the pool has no connection for may give up.
    const holds = Array.from({ length: 40 }, () =>
      busy
        .get(Database)
        .transaction(async () => {
          holding += 1;
          await held.promise;
        })
        .catch(() => undefined),
    );
    await eventually(() => holding > 0);
    const from = performance.now();
    // A proof that began since then, and another one after it.
    for (const later of [1, 1_500]) {
      await eventually(() => performance.now() - feed.secondsSinceDatabaseSeen() * 1_000 > from + later);
      await eventually(() => feed.isFresh());
    }
    expect(holding).toBeLessThan(holds.length);
    held.resolve(undefined);
    await Promise.all(holds);
    await busy.close();
  });
});

describe('the cursor', () => {
  it('says that it may have missed something the first time, and after it was told to forget', async () => {
    const cursor = new ChangeCursor(reader.get(Database));
    expect((await cursor.advance()).subjects).toBe('missed');
    expect((await cursor.advance()).subjects).not.toBe('missed');
    cursor.forget();
    expect((await cursor.advance()).subjects).toBe('missed');
  });

  it('misses no change of a transaction that began earlier and committed later', async () => {
    const early = new pg.Client({ connectionString: database.url });
    await early.connect();
    await early.query('BEGIN');
    await early.query(`INSERT INTO change (subject) VALUES ('tenant:early')`);
    const cursor = new ChangeCursor(reader.get(Database));
    await cursor.advance();
    const late = new pg.Client({ connectionString: database.url });
    await late.connect();
    await late.query(`INSERT INTO change (subject) VALUES ('tenant:late')`);
    expect(await news(cursor)).toEqual(['tenant:late']);
    expect(await news(cursor)).toEqual([]);
    await early.query('COMMIT');
    expect(await news(cursor)).toEqual(['tenant:early']);
    expect(await news(cursor)).toEqual([]);
    await Promise.all([early.end(), late.end()]);
  });
});

/** Of this spec's two: whoever works in another database of the server may hold the horizon back. */
async function news(cursor: ChangeCursor): Promise<readonly string[]> {
  const { subjects } = await cursor.advance();
  return subjects === 'missed'
    ? [subjects]
    : subjects.filter((subject) => /^tenant:(early|late)$/.test(subject));
}
