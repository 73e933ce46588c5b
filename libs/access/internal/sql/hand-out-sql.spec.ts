import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { AccessStorageModule } from './access-storage.module.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import {
  HandOutStore,
  type AfterHandOut,
  type CountedHandOut,
  type HandOutRecord,
} from '../hand-out-store.js';
import { openTestStore, storedRecord, type TestStore } from '#connections/testing';

const noon = new Date('2026-11-23T12:00:00Z');

let database: TestDatabase;
let store: TestStore;
let handOuts: HandOutStore;
let client: pg.Client;
let connectionIds: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url, { modules: [AccessStorageModule] });
  handOuts = store.get(HandOutStore);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  connectionIds = [];
  for (let made = 0; made < 3; made += 1) connectionIds.push((await storedRecord(store)).connectionId);
});

afterAll(async () => {
  await client.end();
  await store.close();
  await database.drop();
});

afterEach(async () => {
  await client.query('TRUNCATE hand_out, hand_out_writer');
});

function handOut(changes: Partial<CountedHandOut> = {}): CountedHandOut {
  return {
    actor: 'key:abc',
    connectionId: connectionIds[0] ?? '',
    hour: noon,
    count: 1,
    lastFingerprint: '00000000000000aa',
    lastAt: new Date('2026-11-23T12:30:00Z'),
    ...changes,
  };
}

async function onlyOne(): Promise<HandOutRecord | undefined> {
  const all = await handOuts.ofActor('key:abc', null, 10);
  expect(all).toHaveLength(1);
  return all[0];
}

describe('a batch of hand-outs', () => {
  it('is added to what others have counted', async () => {
    for (const [count, number] of [
      [3, 1],
      [4, 2],
    ] as const)
      await handOuts.add({ writerId: randomUUID(), number, handOuts: [handOut({ count })] });
    expect(await onlyOne()).toEqual({ ...handOut({ count: 7 }), tenantId: expect.any(String) });
  });

  it('that was added before, its answer lost, is not added again', async () => {
    const batch = { writerId: randomUUID(), number: 5, handOuts: [handOut({ count: 3 })] };
    for (let times = 0; times < 3; times += 1) await handOuts.add(batch);
    await handOuts.add({ ...batch, number: 6, handOuts: [handOut({ count: 10 })] });
    await handOuts.add(batch);
    expect(await onlyOne()).toMatchObject({ count: 13 });
  });

  it('that is given again while the first one is still at work is added once', async () => {
    const batch = { writerId: randomUUID(), number: 1, handOuts: [handOut({ count: 3 })] };
    await handOuts.add({ writerId: randomUUID(), number: 1, handOuts: [handOut()] });
    await client.query('BEGIN');
    await client.query('SELECT FROM hand_out FOR UPDATE');
    const both = Promise.all([handOuts.add(batch), handOuts.add(batch)]);
    await eventually(async () => (await waiting()) >= 2);
    await client.query('COMMIT');
    await both;
    expect(await onlyOne()).toMatchObject({ count: 4 });
  });

  it('leaves the newest fingerprint, in whichever order it comes', async () => {
    const [old, young] = [new Date('2026-11-23T12:10:00Z'), new Date('2026-11-23T12:20:00Z')];
    const writerId = randomUUID();
    const [first, second] = ['00000000000000a1', '00000000000000a2'];
    await handOuts.add({
      writerId,
      number: 1,
      handOuts: [handOut({ lastAt: young, lastFingerprint: second })],
    });
    await handOuts.add({ writerId, number: 2, handOuts: [handOut({ lastAt: old, lastFingerprint: first })] });
    expect(await onlyOne()).toMatchObject({ count: 2, lastFingerprint: second, lastAt: young });
    const last = new Date('2026-11-23T12:59:59.999Z');
    await handOuts.add({
      writerId,
      number: 3,
      handOuts: [handOut({ lastAt: last, lastFingerprint: first })],
    });
    expect(await onlyOne()).toMatchObject({ count: 3, lastFingerprint: first, lastAt: last });
  });

  it('never stands in the way of another in a circle, and none is lost', async () => {
    const actors = Array.from({ length: 40 }, (_, index) => `key:${String(index)}`);
    const writers = Array.from({ length: 4 }, () => randomUUID());
    for (let number = 1; number <= 10; number += 1) {
      await Promise.all(
        writers.map((writerId, writer) => {
          const ordered = writer % 2 === 0 ? actors : actors.toReversed();
          return handOuts.add({ writerId, number, handOuts: ordered.map((actor) => handOut({ actor })) });
        }),
      );
    }
    const all = await handOuts.ofConnection(connectionIds[0] ?? '', null, 100);
    expect(all.map(({ count }) => count)).toEqual(actors.map(() => 40));
  });
});

describe('the lists', () => {
  it('go through all of a connection, and of an actor, newest hour first, each once, whatever the page', async () => {
    const [connectionId = '', other = ''] = connectionIds;
    const hours = [0, 1, 2].map((hours) => new Date(noon.getTime() + hours * 3_600_000));
    const actors = ['admin_key', 'key:a', 'key:b-1', 'key:B'];
    const all = hours.flatMap((hour) =>
      actors.flatMap((actor) => connectionIds.map((id) => handOut({ hour, actor, connectionId: id }))),
    );
    await handOuts.add({ writerId: randomUUID(), number: 1, handOuts: all });
    for (const limit of [1, 2, 5, 100]) {
      const ofConnection = await walk(
        (after) => handOuts.ofConnection(connectionId, after, limit),
        ({ actor }) => actor,
      );
      expect(new Set(ofConnection.map(({ hour, actor }) => `${hour.toISOString()} ${actor}`)).size).toBe(12);
      expect(ofConnection).toHaveLength(12);
      expect(ofConnection.map(({ hour }) => hour)).toEqual(
        hours.toReversed().flatMap((hour) => Array<Date>(4).fill(hour)),
      );
      const ofActor = await walk(
        (after) => handOuts.ofActor('key:a', after, limit),
        (row) => row.connectionId,
      );
      expect(ofActor).toHaveLength(9);
      expect(ofActor.every(({ actor }) => actor === 'key:a')).toBe(true);
      expect(ofActor.filter((row) => row.connectionId === other)).toHaveLength(3);
    }
    expect(await handOuts.ofActor('key:nobody', null, 10)).toEqual([]);
  });
});

describe('what is older than 90 days', () => {
  it('is deleted in small steps, and nothing that is younger', async () => {
    const writerId = randomUUID();
    const ages = ['90 days 2 hours', '91 days', '200 days'];
    await client.query(
      `INSERT INTO hand_out SELECT 'key:abc', $1, date_trunc('hour', now()) - age::interval, 1, 'aa', now()
         FROM unnest($2::text[]) AS a (age)`,
      [connectionIds[0], [...ages, '89 days 23 hours', '0']],
    );
    await client.query(`INSERT INTO hand_out_writer VALUES ($1, 1, now() - interval '91 days')`, [writerId]);
    await handOuts.add({ writerId: randomUUID(), number: 1, handOuts: [] });
    expect(await handOuts.prune(2)).toBe(2);
    expect(await handOuts.prune(2)).toBe(1);
    expect(await handOuts.prune(2)).toBe(0);
    expect(await handOuts.ofActor('key:abc', null, 10)).toHaveLength(2);
    const { rows } = await client.query('SELECT writer_id FROM hand_out_writer');
    expect(rows).toHaveLength(1);
    expect(rows).not.toContainEqual({ writer_id: writerId });
  });

  it('waits for nobody who holds it', async () => {
    await client.query(
      `INSERT INTO hand_out SELECT 'key:abc', id, now() - interval '91 days', 1, 'aa', now() FROM unnest($1::uuid[]) AS i (id)`,
      [connectionIds],
    );
    await client.query('BEGIN');
    await client.query('SELECT FROM hand_out WHERE connection_id = $1 FOR UPDATE', [connectionIds[0]]);
    expect(await handOuts.prune(10)).toBe(2);
    await client.query('ROLLBACK');
    expect(await handOuts.prune(10)).toBe(1);
  });
});

async function walk(
  page: (after: AfterHandOut | null) => Promise<readonly HandOutRecord[]>,
  other: (row: HandOutRecord) => string,
): Promise<HandOutRecord[]> {
  const seen: HandOutRecord[] = [];
  for (let rows = await page(null); rows.length > 0;) {
    seen.push(...rows);
    const last = rows.at(-1);
    rows = last === undefined ? [] : await page({ hour: last.hour, other: other(last) });
  }
  return seen;
}

async function waiting(): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::integer FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}
