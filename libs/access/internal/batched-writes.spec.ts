import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import { HandOutStore } from './hand-out-store.js';
import { ClockTime } from '#database/testing';
import { openTestStore, storedRecord, type TestStore } from '#connections/testing';
import { AccessStorageModule } from './sql/access-storage.module.js';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { Caller } from '../caller.js';
import { FakeServiceKeyStore, UnsureHandOutStore, type StoreMood } from '../testing/index.js';
import { BatchedWrites } from './batched-writes.js';
import { HandOutWriter } from './hand-out-writer.js';
import { KeyUses } from './key-uses.js';

let database: TestDatabase;
let testStore: TestStore;
let connectionId: string;
let logs: RecordedLogs;

beforeAll(async () => {
  database = await createTestDatabase();
  testStore = await openTestStore(database.url, { modules: [AccessStorageModule] });
  ({ connectionId } = await storedRecord(testStore));
});

afterAll(async () => {
  await testStore.close();
  await database.drop();
});

beforeEach(() => {
  logs = RecordedLogs.start();
});

afterEach(() => {
  logs.stop();
});

/** One replica's counting, with a clock and a store of its own. */
class Replica {
  readonly clock = new ManualClock();
  readonly store = new UnsureHandOutStore(testStore.get(HandOutStore));
  readonly keys = new FakeServiceKeyStore();
  readonly handOuts = new HandOutWriter(this.store, new ClockTime(this.clock));
  readonly uses = new KeyUses(this.keys, new ClockTime(this.clock));
  readonly upkeep = new BatchedWrites(this.handOuts, this.uses, this.store, this.clock);

  count(caller: Caller, times = 1, id = connectionId): void {
    for (let time = 0; time < times; time += 1) this.handOuts.count(caller, id, '00000000000000aa');
  }

  /** @returns what became of it */
  write(): Promise<string> {
    return this.upkeep.write().then(
      () => 'written',
      (error: unknown) => (error as { code: string }).code,
    );
  }
}

function newCaller(): Caller {
  return new Caller({ actor: `key:${randomUUID()}`, scopes: ['tokens:read'], tenants: ['*'] });
}

async function stored({ actor }: Caller): Promise<number> {
  const rows = await testStore.get(HandOutStore).ofActor(actor, null, 100);
  return rows.reduce((sum, { count }) => sum + count, 0);
}

describe('what was counted', () => {
  it('is in the database exactly once, whatever answers are lost and whenever the database is away', async () => {
    const moods: StoreMood[] = ['well', 'away', 'answer_lost'];
    const step = fc.record({ times: fc.nat(3), hours: fc.nat(1), mood: fc.constantFrom(...moods) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const caller = newCaller();
        const replicas = [new Replica(), new Replica()];
        let counted = 0;
        for (const [index, { times, hours, mood }] of steps.entries()) {
          const replica = replicas[index % 2] ?? new Replica();
          replica.store.mood = mood;
          replica.clock.advance(hours * 3_600_000);
          replica.count(caller, times);
          counted += times;
          await replica.write();
        }
        for (const replica of replicas) {
          replica.store.mood = 'well';
          expect(await replica.write()).toBe('written');
          expect(replica.handOuts.unwritten).toBe(0);
        }
        expect(await stored(caller)).toBe(counted);
      }),
      { numRuns: 30 },
    );
  });

  it('while a batch is under way is in the next one', async () => {
    const [replica, caller] = [new Replica(), newCaller()];
    replica.count(caller, 2);
    const go = replica.store.hold();
    const first = replica.write();
    replica.count(caller, 3);
    go();
    expect(await first).toBe('written');
    expect(replica.handOuts.unwritten).toBe(1);
    await replica.write();
    expect(await stored(caller)).toBe(5);
  });

  it('is written by one round at a time', async () => {
    const [replica, caller] = [new Replica(), newCaller()];
    replica.count(caller);
    await Promise.all([replica.write(), replica.write(), replica.write()]);
    expect(replica.store.batches).toHaveLength(1);
    expect(await stored(caller)).toBe(1);
  });

  it('goes out in batches of a thousand, and not at all where there is nothing', async () => {
    const [replica, caller] = [new Replica(), newCaller()];
    expect(await replica.write()).toBe('written');
    expect(replica.store.batches).toEqual([]);
    for (let index = 0; index < 2_001; index += 1) replica.count(caller, 1, randomUUID());
    await replica.write();
    expect(replica.store.batches.map(({ handOuts }) => handOuts.length)).toEqual([1_000, 1_000, 1]);
  });

  it('never keeps back what comes after a batch that the database can’t take', async () => {
    const [replica, caller] = [new Replica(), newCaller()];
    replica.count(caller);
    replica.store.mood = 'broken';
    await replica.write();
    expect(logs.of('error')).toEqual([expect.stringContaining('1 counts')]);
    replica.store.mood = 'well';
    replica.count(caller, 2);
    expect(await replica.write()).toBe('written');
    expect(await stored(caller)).toBe(2);
  });
});

describe('while the database is away', () => {
  it('the same ones take no more room, and are merged', async () => {
    const [replica, caller] = [new Replica(), newCaller()];
    replica.store.mood = 'away';
    for (let round = 0; round < 5; round += 1) {
      replica.count(caller, 10);
      expect(await replica.write()).toBe('broker_unavailable');
    }
    // One that may have arrived, and one for all that came after it.
    expect(replica.handOuts.unwritten).toBe(2);
    replica.store.mood = 'well';
    await replica.write();
    expect(await stored(caller)).toBe(50);
    expect(logs.lines).toEqual([]);
  });

  it('no more than 50,000 different ones are kept, and what is dropped is told once', async () => {
    const [replica, caller] = [new Replica(), newCaller()];
    replica.store.mood = 'away';
    for (let index = 0; index < 50_000; index += 1) replica.count(caller, 1, randomUUID());
    replica.clock.advance(3_600_000);
    replica.count(caller);
    expect(replica.handOuts.unwritten).toBe(1);
    await replica.write();
    expect(logs.of('warn')).toEqual([]);
    replica.store.mood = 'well';
    await replica.write();
    await replica.write();
    expect(logs.of('warn')).toEqual([expect.stringContaining('50000 hand-outs')]);
    expect(await stored(caller)).toBe(1);
  });
});

describe('the last write', () => {
  it('takes with it what came while one was under way', async () => {
    const [replica, caller] = [new Replica(), newCaller()];
    replica.count(caller);
    const go = replica.store.hold();
    const underWay = replica.write();
    replica.count(caller, 4);
    const last = replica.upkeep.writeLast();
    go();
    await Promise.all([underWay, last]);
    expect(await stored(caller)).toBe(5);
    expect(logs.lines).toEqual([]);
  });

  it('waits two seconds for a database that hangs, and tells what is lost', async () => {
    const [replica, caller] = [new Replica(), newCaller()];
    replica.count(caller, 3);
    const go = replica.store.hold();
    const last = replica.upkeep.writeLast();
    replica.clock.advance(2_000);
    await last;
    expect(logs.of('warn')).toEqual([expect.stringContaining('1 counts')]);
    go();
  });

  it('fails nobody where the database is away', async () => {
    const replica = new Replica();
    replica.store.mood = 'away';
    replica.count(newCaller());
    await replica.upkeep.writeLast();
    expect(logs.of('warn')).toHaveLength(1);
  });
});

describe('when keys were used', () => {
  it('is written once for many uses, with the last of them, and again only after another', async () => {
    const replica = new Replica();
    replica.uses.used('a');
    replica.clock.advance(1_000);
    replica.uses.used('a');
    replica.uses.used('b');
    await replica.write();
    const at = new Date('2026-01-01T00:00:01Z');
    expect(replica.keys.uses).toEqual([
      { keyId: 'a', at },
      { keyId: 'b', at },
    ]);
    await replica.write();
    expect(replica.keys.uses).toHaveLength(2);
  });

  it('is kept while the database is away, and tells the newest', async () => {
    const replica = new Replica();
    replica.keys.away = true;
    replica.uses.used('a');
    expect(await replica.write()).toBe('broker_unavailable');
    replica.clock.advance(60_000);
    replica.uses.used('a');
    replica.keys.away = false;
    await replica.write();
    expect(replica.keys.uses).toEqual([{ keyId: 'a', at: new Date('2026-01-01T00:01:00Z') }]);
  });

  it('takes no room beyond that of the keys that are remembered', async () => {
    const replica = new Replica();
    for (let index = 0; index < 10_001; index += 1) replica.uses.used(String(index));
    await replica.write();
    expect(replica.keys.uses).toHaveLength(10_000);
    replica.uses.used('10000');
    await replica.write();
    expect(replica.keys.uses).toHaveLength(10_001);
  });
});

describe('old hand-outs', () => {
  it('are deleted step by step, as long as there are some', async () => {
    const replica = new Replica();
    const steps = [1_000, 1_000, 3, 0];
    const limits: number[] = [];
    replica.store.prune = async (limit) => {
      limits.push(limit);
      return steps.shift() ?? 0;
    };
    await replica.upkeep.deleteExpired();
    expect(limits).toEqual([1_000, 1_000, 1_000]);
  });
});
