import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { Breaker, type Permit } from './breaker.js';

function permitOf(breaker: Breaker): Permit {
  const permit = breaker.admit();
  if (typeof permit === 'number') throw new Error('the breaker is open');
  return permit;
}

function opened() {
  const clock = new ManualClock();
  const breaker = new Breaker(clock);
  for (let failure = 0; failure < 10; failure += 1) permitOf(breaker).failed();
  return { clock, breaker };
}

describe('a breaker', () => {
  it('opens after ten failures in a row', () => {
    const breaker = new Breaker(new ManualClock());
    for (let failure = 0; failure < 9; failure += 1) permitOf(breaker).failed();
    permitOf(breaker).answered();
    for (let failure = 0; failure < 9; failure += 1) permitOf(breaker).failed();
    permitOf(breaker).unused();
    expect(breaker.openSince).toBeNull();
    permitOf(breaker).failed();
    expect(breaker.openSince).not.toBeNull();
    expect(breaker.admit()).toBeGreaterThanOrEqual(1);
  });

  it('lets one probe through after its pause, and closes when that is answered', () => {
    const { clock, breaker } = opened();
    expect(breaker.admits).toBe(false);
    clock.advance(1_000);
    expect(breaker.admits).toBe(true);
    const probe = permitOf(breaker);
    expect(breaker.admits).toBe(false);
    expect(breaker.admit()).toBe(1);
    probe.answered();
    expect(breaker.admits).toBe(true);
    expect(breaker.openSince).toBeNull();
    permitOf(breaker).failed();
    expect(breaker.openSince).toBeNull();
  });

  it('lets another probe through while the one before has no answer', () => {
    const { clock, breaker } = opened();
    clock.advance(1_000);
    const silent = permitOf(breaker);
    clock.advance(1_000);
    permitOf(breaker).answered();
    expect(breaker.openSince).toBeNull();
    silent.failed();
    expect(breaker.openSince).toBeNull();
  });

  it('pauses twice as long after each failed probe, up to 4 s', () => {
    const { clock, breaker } = opened();
    const since = breaker.openSince;
    for (const most of [2, 4, 4, 4]) {
      clock.advance(4_000);
      permitOf(breaker).failed();
      const pause = breaker.admit();
      expect(pause).toBeLessThanOrEqual(most);
      expect(pause).toBeGreaterThanOrEqual(most / 2);
    }
    expect(breaker.openSince).toBe(since);
  });

  it('gives the probe to the next where one was not used', () => {
    const { clock, breaker } = opened();
    clock.advance(2_000);
    permitOf(breaker).unused();
    permitOf(breaker).answered();
    expect(breaker.openSince).toBeNull();
  });

  it('learns nothing from a failure of before it opened, but everything from an answer', () => {
    const clock = new ManualClock();
    const breaker = new Breaker(clock);
    const [early, late] = [permitOf(breaker), permitOf(breaker)];
    for (let failure = 0; failure < 10; failure += 1) permitOf(breaker).failed();
    const pause = breaker.admit();
    early.failed();
    expect(breaker.admit()).toBe(pause);
    late.answered();
    expect(breaker.openSince).toBeNull();
  });
});
