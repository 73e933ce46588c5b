import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { AddressLimit } from './address-limit.js';

const here = { ip: '192.0.2.1' };

let refusals: number;

beforeEach(() => {
  refusals = 0;
});

function perMinute(quota: number, clock = new ManualClock()): AddressLimit {
  return new AddressLimit(quota, clock, {
    sentence: 'Too many.',
    whenRefused: () => {
      refusals += 1;
    },
  });
}

describe('an attempt', () => {
  it('counts once, however often it is charged, and is refused beyond the limit', () => {
    const clock = new ManualClock();
    const limit = perMinute(2, clock);
    const attempts = [limit.begin(here), limit.begin(here), limit.begin(here)];
    const charged = attempts.map((attempt) => [attempt.charge(), attempt.charge()]);
    expect(charged).toEqual([
      [true, true],
      [true, true],
      [false, false],
    ]);
    expect(attempts.map((attempt) => attempt.refusal()?.retryAfterSeconds)).toEqual([
      undefined,
      undefined,
      30,
    ]);
    expect(refusals).toBe(1);
    clock.advance(29_990);
    const late = limit.begin(here);
    late.charge();
    expect(late.refusal()).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 1 });
  });

  it('that was good costs nothing, and is never refused', () => {
    const limit = perMinute(1);
    for (let tries = 0; tries < 10; tries += 1) {
      const good = limit.begin(here);
      expect(good.charge()).toBe(true);
      good.refund();
      good.refund();
    }
    limit.begin(here).charge();
    const beyond = limit.begin(here);
    expect(beyond.charge()).toBe(false);
    beyond.refund();
    expect(beyond.refusal()).toBeNull();
    expect(limit.begin(here).charge()).toBe(false);
  });

  it('that is never charged does not count', () => {
    const limit = perMinute(1);
    for (let tries = 0; tries < 10; tries += 1) expect(limit.begin(here).refusal()).toBeNull();
    expect(limit.begin(here).charge()).toBe(true);
  });

  it('counts for its own address alone, and for all of an IPv6 network', () => {
    const limit = perMinute(1);
    const charge = (ip: string): boolean => limit.begin({ ip }).charge();
    expect([charge('192.0.2.1'), charge('192.0.2.1'), charge('192.0.2.2')]).toEqual([true, false, true]);
    expect([charge('2001:db8::1'), charge('2001:db8::2'), charge('2001:db8:0:1::1')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('has no limit where 0 is set', () => {
    const limit = perMinute(0);
    for (let tries = 0; tries < 1_000; tries += 1) {
      const attempt = limit.begin(here);
      expect(attempt.charge()).toBe(true);
      expect(attempt.refusal()).toBeNull();
    }
  });
});
