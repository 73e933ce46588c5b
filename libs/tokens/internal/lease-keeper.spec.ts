import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import type { ConnectionLeases, Lease } from '#store';
import { sampleOptions } from '#tokens/testing';
import { LeaseKeeper } from './lease-keeper.js';

const lease: Lease = { connectionId: '0e3f2f6e-0000-4000-8000-000000000001', leaseId: 'the lease' };

interface Renewal {
  readonly leaseSeconds: number;
  readonly attempt: number | null;
}

let clock: ManualClock;
let renewals: Renewal[];
let keeper: LeaseKeeper;

beforeEach(() => {
  clock = new ManualClock();
  renewals = [];
  const leases: Pick<ConnectionLeases, 'renew' | 'release'> = {
    renew: async (_lease, leaseSeconds, attempt) => {
      renewals.push({ leaseSeconds, attempt });
      return true;
    },
    release: async () => undefined,
  };
  keeper = new LeaseKeeper(leases as ConnectionLeases, sampleOptions({ timeoutSeconds: 10 }), clock);
});

describe('a lease', () => {
  it('is renewed four times in its length while the work goes on, and not after it', async () => {
    const work = Promise.withResolvers<string>();
    const result = keeper.during(lease, 4, () => work.promise);
    for (let quarter = 1; quarter <= 5; quarter += 1) {
      await pass(4_999);
      expect(renewals).toHaveLength(quarter - 1);
      await pass(1);
      expect(renewals).toHaveLength(quarter);
    }
    expect(renewals).toEqual(Array(5).fill({ leaseSeconds: 20, attempt: 4 }));
    work.resolve('the result');
    expect(await result).toBe('the result');
    await pass(60_000);
    expect(renewals).toHaveLength(5);
  });

  it.each([
    ['just asked for', 0, true],
    ['with time left for exactly one call', 10_000, true],
    ['with a millisecond less', 10_001, false],
    ['with half the time of a call left', 15_000, false],
    ['that has ended', 20_000, false],
  ])('%s leaves time for a call or does not', (_, age, leavesTime) => {
    const askedAt = clock.monotonicMilliseconds();
    clock.advance(age);
    expect(keeper.leavesTimeForACall(askedAt)).toBe(leavesTime);
  });
});

/** What is awaited meanwhile has its turns. */
async function pass(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await new Promise((resolve) => setImmediate(resolve));
}
