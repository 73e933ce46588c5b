import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { giveBack, spend, type Quota } from './allowance.js';

const perSecond = (quota: number): Quota => ({ quota, windowSeconds: 1 });

/** Spends at each moment, in order. */
function spendAt(moments: readonly number[], quota: Quota): readonly boolean[] {
  let fullAt = -Infinity;
  return moments.map((now) => {
    const spending = spend(fullAt, now, quota);
    ({ fullAt } = spending);
    return spending.standing.allowed;
  });
}

describe('spend', () => {
  it.each([
    { quota: 1, moments: [0, 999, 1_000], allowed: [true, false, true] },
    { quota: 2, moments: [0, 0, 0, 499, 500, 500], allowed: [true, true, false, false, true, false] },
    { quota: 3, moments: [7, 7, 7, 7], allowed: [true, true, true, false] },
    { quota: 1, moments: [0, 500, 900, 1_000, 1_001], allowed: [true, false, false, true, false] },
    { quota: 2, moments: [0, 0, 60_000, 60_000, 60_000], allowed: [true, true, true, true, false] },
  ])('$quota a second at $moments: $allowed', ({ quota, moments, allowed }) => {
    expect(spendAt(moments, perSecond(quota))).toEqual(allowed);
  });

  it('tells what remains, and when it is all there again', () => {
    const first = spend(-Infinity, 1_000, perSecond(4));
    expect(first.standing).toEqual({ allowed: true, remaining: 3, resetSeconds: 0.25, retryAfterSeconds: 0 });
    const second = spend(first.fullAt, 1_000, perSecond(4));
    expect(second.standing).toMatchObject({ remaining: 2, resetSeconds: 0.5 });
    expect(spend(second.fullAt, 1_250, perSecond(4)).standing).toMatchObject({ remaining: 2 });
  });

  it('tells who is refused when one more is allowed', () => {
    const { fullAt } = spend(-Infinity, 0, { quota: 1, windowSeconds: 60 });
    const refused = spend(fullAt, 15_000, { quota: 1, windowSeconds: 60 });
    expect(refused.standing).toEqual({
      allowed: false,
      remaining: 0,
      resetSeconds: 45,
      retryAfterSeconds: 45,
    });
    expect(refused.fullAt).toBe(fullAt);
  });

  it('allows the whole quota at once, whatever it is and however late', () => {
    const someQuota = fc.record({
      quota: fc.integer({ min: 1, max: 500 }),
      windowSeconds: fc.constantFrom(1, 60),
    });
    fc.assert(
      fc.property(someQuota, fc.double({ min: 0, max: 1e10, noNaN: true }), (quota, now) => {
        const allowed = spendAt(
          Array.from({ length: quota.quota + 1 }, () => now),
          quota,
        );
        return allowed.indexOf(false) === quota.quota;
      }),
    );
  });

  it('allows in no stretch of time more than the quota and what grew meanwhile', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), gaps, (quota, between) => {
        const moments = between.map((_, index) =>
          between.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0),
        );
        const allowed = moments.filter((_, index) => spendAt(moments, perSecond(quota))[index]);
        return allowed.every((from, first) =>
          allowed.slice(first).every((to, more) => more + 1 <= quota + ((to - from) * quota) / 1_000 + 0.01),
        );
      }),
    );
  });
});

describe('giveBack', () => {
  it('makes a spending undone', () => {
    const quota = perSecond(2);
    const { fullAt } = spend(spend(-Infinity, 0, quota).fullAt, 0, quota);
    expect(spend(fullAt, 0, quota).standing.allowed).toBe(false);
    const again = spend(giveBack(fullAt, quota), 0, quota);
    expect(again.standing).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('gives no more than the quota, however late', () => {
    const quota = perSecond(1);
    const { fullAt } = spend(-Infinity, 0, quota);
    const late = spend(giveBack(fullAt, quota), 5_000, quota);
    expect(late.standing.remaining).toBe(0);
    expect(spend(late.fullAt, 5_000, quota).standing.allowed).toBe(false);
  });
});
