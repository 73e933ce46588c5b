import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomToken, Secret } from '#kernel';
import { RecordedAttempt } from '#kernel/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { statementsDuring } from '../../../test/end-to-end/sql-count.js';
import { expireSession, openConnectBench, type AtDeskera, type ConnectBench } from '../testing/index.js';

let database: TestDatabase;
let bench: ConnectBench;
let at: AtDeskera;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  bench = await openConnectBench(database.url);
  at = await bench.atDeskera({ apiVersion: 'v1' });
});

afterEach(async () => {
  await bench.close();
});

const unknown = (): AtDeskera => ({ ...at, state: `${randomToken()}a` });
const outcomes: Readonly<Record<string, (attempt: RecordedAttempt) => Promise<unknown>>> = {
  'known and unused': (attempt) => bench.callBack(at, { code: at.code }, attempt),
  'known and unused, in its V2 browser': async (attempt) => {
    const inV2 = await bench.atDeskera({ apiVersion: 'v2' });
    return bench.callBack(inV2, { code: inV2.code }, attempt);
  },
  'known and unused, with a denial': (attempt) => bench.callBack(at, { error: 'access_denied' }, attempt),
  'unused, without a code': (attempt) => bench.callBack(at, {}, attempt),
  'unused, with an error that leaves it so': (attempt) =>
    bench.callBack(at, { error: 'login_required' }, attempt),
  'unused, from the wrong browser': async (attempt) => {
    const inV2 = await bench.atDeskera({ apiVersion: 'v2' });
    return bench.callBack(inV2, { code: inV2.code, browserId: Secret.of(randomToken()) }, attempt);
  },
  'not known': (attempt) => bench.callBack(unknown(), { code: at.code }, attempt),
  'of no form of ours': (attempt) => bench.callBack({ ...at, state: 'x' }, { code: at.code }, attempt),
  missing: (attempt) => bench.callBack({ ...at, state: '' }, { code: at.code }, attempt),
  'used, by the same code': async (attempt) => {
    await bench.callBack(at);
    return bench.callBack(at, { code: at.code }, attempt);
  },
  'used, by another code': async (attempt) => {
    await bench.callBack(at);
    return bench.callBack(at, { code: 'another' }, attempt);
  },
  expired: async (attempt) => {
    await expireSession(database.url, at.sessionId);
    return bench.callBack(at, { code: at.code }, attempt);
  },
  'unused, of a link that another opening completed': async (attempt) => {
    const second = { ...at, ...(await bench.open(at.linkId)) };
    await bench.callBack(at);
    return bench.callBack(second, { code: at.code }, attempt);
  },
};

const good = Object.keys(outcomes).filter((state) => state.startsWith('known'));
const bad = Object.keys(outcomes).filter((state) => !state.startsWith('known'));

describe('a callback whose state is', () => {
  it.each(good)('%s does not count', async (state) => {
    const attempt = new RecordedAttempt(true);
    await outcomes[state]?.(attempt);
    expect(attempt).toMatchObject({ isCharged: true, counts: false });
  });

  it.each(bad)('%s counts', async (state) => {
    const attempt = new RecordedAttempt(true);
    await outcomes[state]?.(attempt);
    expect(attempt.counts).toBe(true);
  });

  it.each(good)('%s goes on also where no try is left, with the same outcome', async (state) => {
    const attempt = new RecordedAttempt(false);
    const result = await outcomes[state]?.(attempt);
    expect(attempt.counts).toBe(false);
    const isDenial = state === 'known and unused, with a denial';
    expect(result).toMatchObject(isDenial ? { failure: { code: 'access_denied' } } : { kind: 'stored' });
  });

  it.each(bad)('%s does nothing more where no try is left', async (state) => {
    const attempt = new RecordedAttempt(false);
    expect(await outcomes[state]?.(attempt)).toMatchObject({ kind: 'failed', session: null });
    expect(attempt.counts).toBe(true);
  });
});

describe('with no try left', () => {
  it('many made-up states cost few questions, and a good one among them connects', async () => {
    const statements = await statementsDuring(async () => {
      const flood = Array.from({ length: 200 }, () =>
        bench.callBack(unknown(), { code: 'c' }, new RecordedAttempt(false)),
      );
      const genuine = bench.callBack(at, { code: at.code }, new RecordedAttempt(false));
      expect(await genuine).toMatchObject({ kind: 'stored' });
      await Promise.all(flood);
    });
    const times = (name: string): number => statements.filter((statement) => statement === name).length;
    expect(times('connect_state_find')).toBe(1);
    expect(times('connect_state_unused')).toBe(2);
  });
});

describe('a flood with a state that is known and unused', () => {
  const flood: Readonly<Record<string, (inV2: AtDeskera, attempt: RecordedAttempt) => Promise<unknown>>> = {
    'that has no code': (_, attempt) => bench.callBack(at, {}, attempt),
    'that has an error': (_, attempt) => bench.callBack(at, { error: 'login_required' }, attempt),
    'from the wrong browser': (inV2, attempt) =>
      bench.callBack(inV2, { code: inV2.code, browserId: null }, attempt),
  };

  it.each(Object.keys(flood))('%s costs few questions once no try is left', async (what) => {
    const inV2 = await bench.atDeskera({ apiVersion: 'v2' });
    const statements = await statementsDuring(async () => {
      const sent = Array.from({ length: 100 }, async () => flood[what]?.(inV2, new RecordedAttempt(false)));
      await Promise.all(sent);
    });
    expect(statements.filter((name) => name.startsWith('connect_')).length).toBeLessThanOrEqual(2);
    expect(await bench.callBack(at)).toMatchObject({ kind: 'stored' });
    expect(await bench.callBack(inV2)).toMatchObject({ kind: 'stored' });
  });

  it('has its reason recorded once', async () => {
    const statements = await statementsDuring(async () => {
      for (let sent = 0; sent < 5; sent += 1) await bench.callBack(at, { error: 'login_required' });
    });
    expect(statements.filter((name) => name === 'connect_session_put_off')).toHaveLength(1);
    await bench.callBack(at, { error: 'server_error' });
    expect(await bench.sessions.status(bench.tenantId, at.sessionId)).toMatchObject({
      status: 'failed',
      code: 'deskera_unavailable',
    });
  });

  it('looks up a few of them at a time', async () => {
    const find = bench.store.findState.bind(bench.store);
    let [underWay, most] = [0, 0];
    bench.store.findState = async (hash) => {
      most = Math.max(most, (underWay += 1));
      try {
        return await find(hash);
      } finally {
        underWay -= 1;
      }
    };
    await Promise.all(Array.from({ length: 100 }, () => bench.callBack(at, {})));
    expect(most).toBe(8);
  });
});
