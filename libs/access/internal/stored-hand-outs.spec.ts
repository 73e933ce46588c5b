import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Failure } from '#kernel';
import { HandOutStore, type CountedHandOut } from './hand-out-store.js';
import { openTestStore, storedRecord, type TestStore } from '#connections/testing';
import { AccessStorageModule } from './sql/access-storage.module.js';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import type { HandOutPage, HandOutView } from '../hand-out-history.js';
import { StoredHandOuts } from './stored-hand-outs.js';

const noon = new Date('2026-11-23T12:00:00Z');

let database: TestDatabase;
let store: TestStore;
let history: StoredHandOuts;
let connectionId: string;
let other: string;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url, { modules: [AccessStorageModule] });
  history = new StoredHandOuts(store.get(HandOutStore));
  ({ connectionId } = await storedRecord(store));
  other = (await storedRecord(store)).connectionId;
  const handOuts = [0, 1, 2].flatMap((hours) =>
    ['admin_key', 'key:abc', 'key:def'].flatMap((actor) =>
      [connectionId, other].map((id) => handOut({ actor, connectionId: id, hour: hourOf(hours) })),
    ),
  );
  await store.get(HandOutStore).add({ writerId: randomUUID(), number: 1, handOuts });
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

function hourOf(hours: number): Date {
  return new Date(noon.getTime() + hours * 3_600_000);
}

function handOut(changes: Partial<CountedHandOut>): CountedHandOut {
  const counted = {
    actor: 'key:abc',
    connectionId,
    hour: noon,
    count: 2,
    lastFingerprint: 'aa',
    lastAt: noon,
  };
  return { ...counted, ...changes };
}

async function walk(page: (cursor: string | null) => Promise<HandOutPage>): Promise<HandOutView[]> {
  const seen: HandOutView[] = [];
  let cursor: string | null = null;
  do {
    const { items, nextCursor }: HandOutPage = await page(cursor);
    seen.push(...items);
    cursor = nextCursor;
  } while (cursor !== null);
  return seen;
}

describe('the history of hand-outs', () => {
  it.each([1, 2, 4, 9, 200])('shows each once, newest first, by pages of %d', async (limit) => {
    const ofConnection = await walk((cursor) => history.ofConnection(connectionId, { limit, cursor }));
    expect(ofConnection.map(({ actor, hour }) => [actor, hour])).toEqual(
      [2, 1, 0].flatMap((hours) =>
        ['key:def', 'key:abc', 'admin_key'].map((actor) => [actor, hourOf(hours)]),
      ),
    );
    const ofKey = await walk((cursor) => history.ofKey('abc', { limit, cursor }));
    expect(ofKey).toHaveLength(6);
    expect(ofKey.every(({ keyId, actor }) => keyId === 'abc' && actor === 'key:abc')).toBe(true);
    const ofAdminKey = await walk((cursor) => history.ofKey(null, { limit, cursor }));
    expect(ofAdminKey).toHaveLength(6);
    expect(ofAdminKey.every(({ keyId, actor }) => keyId === null && actor === 'admin_key')).toBe(true);
  });

  it('goes on where it was, also where newer ones came meanwhile', async () => {
    const first = await history.ofConnection(connectionId, { limit: 4, cursor: null });
    await store.get(HandOutStore).add({
      writerId: randomUUID(),
      number: 1,
      handOuts: [handOut({ hour: hourOf(9) }), handOut({ actor: 'key:def', hour: hourOf(1) })],
    });
    const second = await history.ofConnection(connectionId, { limit: 200, cursor: first.nextCursor });
    expect(second.items.map(({ actor, hour }) => [actor, hour])).toEqual([
      ['key:abc', hourOf(1)],
      ['admin_key', hourOf(1)],
      ['key:def', hourOf(0)],
      ['key:abc', hourOf(0)],
      ['admin_key', hourOf(0)],
    ]);
  });

  it('distrusts cursors', async () => {
    const encode = (text: string): string => Buffer.from(text).toString('base64url');
    const { nextCursor: ofConnection } = await history.ofConnection(connectionId, { limit: 1, cursor: null });
    const { nextCursor: ofKey } = await history.ofKey('abc', { limit: 1, cursor: null });
    const bad = ['', '%', 'nonsense', encode('1|2'), encode('|key:abc'), encode('1e3|key:abc')];
    const worse = [
      encode('12345678|key:abc'),
      encode('-1|key:abc'),
      encode("1|key:a'b"),
      encode('1|key:a|b'),
      encode('1|KEY:abc'),
    ];
    const ofTheOtherList = [
      [ofKey, (cursor: string) => history.ofConnection(connectionId, { limit: 1, cursor })],
      [ofConnection, (cursor: string) => history.ofKey('abc', { limit: 1, cursor })],
    ] as const;
    for (const cursor of [...bad, ...worse]) {
      for (const [, list] of ofTheOtherList)
        expect([cursor, await codeOf(list(cursor))]).toEqual([cursor, 'invalid_cursor']);
    }
    for (const [cursor, list] of ofTheOtherList)
      expect(await codeOf(list(String(cursor)))).toBe('invalid_cursor');
  });
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error as Failure).code,
  );
}
