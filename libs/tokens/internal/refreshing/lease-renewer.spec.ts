import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '#kernel/testing';
import type { ConnectionLeases } from '#connections';
import { sampleOptions } from '#tokens/testing';
import { LeaseRenewer } from './lease-renewer.js';

const lease = { connectionId: 'connection', leaseId: 'lease' };

let clock: ManualClock;
let renewed: number;
let released: number;
let keeper: LeaseRenewer;

beforeEach(() => {
  clock = new ManualClock();
  renewed = 0;
  released = 0;
  const leases = {
    renew: async () => {
      renewed += 1;
      return true;
    },
    release: async () => {
      released += 1;
    },
  };
  keeper = new LeaseRenewer(
    leases as unknown as ConnectionLeases,
    sampleOptions({ timeoutSeconds: 10 }),
    clock,
  );
});

describe('a lease of twenty seconds', () => {
  it('is renewed four times in its length for as long as the work goes on, and not after it', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const working = keeper.during(lease, 1, () => promise);
    for (let quarter = 0; quarter < 8; quarter += 1) {
      clock.advance(5_000);
      await setImmediate();
    }
    expect(renewed).toBe(8);
    resolve(undefined);
    await working;
    clock.advance(60_000);
    expect(renewed).toBe(8);
  });

  it('leaves time for a call of ten seconds in its first half alone', () => {
    const askedAt = clock.monotonicMilliseconds();
    clock.advance(10_000);
    expect(keeper.leavesTimeForACall(askedAt)).toBe(true);
    clock.advance(1);
    expect(keeper.leavesTimeForACall(askedAt)).toBe(false);
  });

  it('is given back when the process stops before the work has ended', async () => {
    void keeper.during(lease, null, () => new Promise(() => undefined));
    await keeper.beforeApplicationShutdown();
    expect(released).toBe(1);
  });
});
