import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ManualClock } from '#kernel/testing';
import { AuthenticatorBench, type FakeChangeFeed, type FakeServiceKeyStore } from '../testing/index.js';

let bench: AuthenticatorBench;
let clock: ManualClock;
let changes: FakeChangeFeed;
let store: FakeServiceKeyStore;

beforeEach(() => {
  bench = new AuthenticatorBench();
  ({ clock, changes, store } = bench);
});

describe('while the database is away', () => {
  it.each([
    { seconds: 30, code: 'none' },
    { seconds: 30.1, code: 'broker_unavailable' },
    { seconds: Infinity, code: 'broker_unavailable' },
  ])('$seconds s after it was seen, a remembered key gets: $code', async ({ seconds, code }) => {
    const { header } = bench.storedKey();
    await bench.authenticate(header);
    changes.fresh = false;
    changes.secondsWithoutDatabase = seconds;
    store.away = true;
    expect(await bench.failureCode(header)).toBe(code);
  });

  it('for this one read only, a remembered key opens nothing: it may have been revoked', async () => {
    const { header } = bench.storedKey();
    await bench.authenticate(header);
    changes.fresh = false;
    changes.cutOff = false;
    store.away = true;
    expect(await bench.failureCode(header)).toBe('broker_unavailable');
  });

  it('a key that is not remembered can’t be told from a wrong one', async () => {
    const { header } = bench.storedKey();
    store.away = true;
    expect(await bench.failureCode(header)).toBe('broker_unavailable');
  });

  it('a remembered key still expires, and still needs its secret', async () => {
    const { header } = bench.storedKey({ expiresInSeconds: 10 });
    await bench.authenticate(header);
    changes.fresh = false;
    store.away = true;
    expect(await bench.failureCode(`${header.slice(0, -1)}_`)).toBe('unauthorized');
    clock.advance(10_000);
    expect(await bench.failureCode(header)).toBe('unauthorized');
  });

  it('and only hangs, a remembered key still opens soon, and one that is not hears so', async () => {
    const { header } = bench.storedKey();
    const { header: cold } = bench.storedKey();
    await bench.authenticate(header);
    changes.fresh = false;
    const go = store.hold();
    const [remembered, notRemembered] = [bench.failureCode(header), bench.failureCode(cold)];
    clock.advance(2_000);
    expect(await remembered).toBe('none');
    expect(await notRemembered).toBe('broker_unavailable');
    go();
  });
});
