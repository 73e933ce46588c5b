import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import type { ConnectStateRecord } from '#connections';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { ageExchange, openConnectBench, SteppingClock, type ConnectBench } from '../testing/index.js';

let database: TestDatabase;
let bench: ConnectBench;
let clock: SteppingClock;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  clock = new SteppingClock();
  bench = await openConnectBench(database.url, { clock, options: { timeoutSeconds: 10 } });
});

afterEach(async () => {
  await bench.close();
});

interface Begun {
  readonly record: ConnectStateRecord;
  readonly connectNumber: number;
}

/** An exchange that another replica began. */
async function begunElsewhere(secondsAgo = 1): Promise<Begun> {
  const { state } = await bench.atDeskera();
  const stateSha256 = Secret.of(state).sha256();
  const connectNumber = await bench.store.consumeState(stateSha256, Secret.of('Ag78aIu').sha256());
  await ageExchange(database.url, stateSha256, secondsAgo);
  const record = await bench.store.findState(stateSha256);
  if (connectNumber === null || record === null) throw new Error('the state was not free');
  return { record, connectNumber };
}

describe('a callback that comes again while the exchange runs elsewhere', () => {
  it('waits for the outcome', async () => {
    const { record, connectNumber } = await begunElsewhere();
    const { stateSha256 } = record;
    await bench.store.recordFailure({
      stateSha256,
      connectNumber,
      failureCode: 'org_mismatch',
      endsSession: false,
    });
    expect(await bench.watch.untilDecided(record)).toMatchObject({
      decided: { failureCode: 'org_mismatch' },
    });
  });

  it('asks the database as often for a hundred callbacks as for one', async () => {
    const { record, connectNumber } = await begunElsewhere();
    const { stateSha256 } = record;
    let reads = 0;
    const findState = bench.store.findState.bind(bench.store);
    bench.store.findState = (sha256) => {
      reads += 1;
      return findState(sha256);
    };
    const all = Promise.all(Array.from({ length: 100 }, () => bench.watch.untilDecided(record)));
    const failureCode = 'org_mismatch';
    await bench.store.recordFailure({ stateSha256, connectNumber, failureCode, endsSession: false });
    expect(new Set((await all).map(({ decided }) => decided.failureCode))).toEqual(new Set([failureCode]));
    expect(reads).toBeLessThan(20);
  });

  it('is told to come back where nothing was sent after all', async () => {
    const { record, connectNumber } = await begunElsewhere();
    await bench.store.releaseState(record.stateSha256, connectNumber);
    await expect(bench.watch.untilDecided(record)).rejects.toMatchObject({
      code: 'deskera_unavailable',
      retryAfterSeconds: 5,
    });
  });

  it('waits as long as its owner may take, no longer, and changes nothing then', async () => {
    const { record } = await begunElsewhere();
    const before = clock.monotonicMilliseconds();
    await expect(bench.watch.untilDecided(record)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(clock.monotonicMilliseconds() - before).toBeCloseTo(90_000, -3);
    expect(await bench.store.findState(record.stateSha256)).toMatchObject({ decided: null });
  });

  it('records that it failed where its owner is long gone', async () => {
    const { record } = await begunElsewhere(86);
    expect(await bench.watch.untilDecided(record)).toMatchObject({
      decided: { failureCode: 'code_exchange_failed' },
      session: { status: 'failed', failureCode: 'code_exchange_failed' },
    });
  });
});
