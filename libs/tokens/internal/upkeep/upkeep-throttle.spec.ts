import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { UpkeepThrottle } from './upkeep-throttle.js';

/** Turns that come late: whoever waits is called back only so long after the time was over. */
class LateClock extends ManualClock {
  lateMilliseconds = 0;

  override after(milliseconds: number, callback: () => void): () => void {
    return super.after(milliseconds + this.lateMilliseconds, callback);
  }
}

const most = 24;

let clock: LateClock;
let pace: UpkeepThrottle;
let underWay: number | null;

beforeEach(() => {
  clock = new LateClock();
  pace = new UpkeepThrottle(clock);
  underWay = null;
});

/** Somebody reads all the time. */
function passes(milliseconds: number): void {
  for (let passed = 0; passed < milliseconds; passed += 40) {
    pace.somebodyRead(clock.monotonicMilliseconds());
    clock.advance(40);
  }
}

/** All that is allowed is under way unless a test says otherwise. */
function watched(): () => void {
  pace.somebodyRead(clock.monotonicMilliseconds());
  return pace.watch(() => underWay ?? pace.allowed(), most);
}

describe('the pace of upkeep', () => {
  it('begins with a few and allows more, up to all, while turns come in time', () => {
    watched();
    const first = pace.allowed();
    expect(first).toBeLessThan(most / 2);
    passes(40);
    expect(pace.allowed()).toBe(first + 1);
    passes(10_000);
    expect(pace.allowed()).toBe(most);
  });

  it('falls while turns come late, and never to nothing', () => {
    watched();
    passes(10_000);
    clock.lateMilliseconds = 60;
    passes(5_000);
    const least = pace.allowed();
    expect(least).toBeLessThan(most / 4);
    passes(10_000);
    expect(pace.allowed()).toBe(least);
    expect(least).toBeGreaterThan(0);
  });

  it('grows again once turns come in time', () => {
    watched();
    clock.lateMilliseconds = 60;
    passes(5_000);
    clock.lateMilliseconds = 0;
    passes(5_000);
    expect(pace.allowed()).toBe(most);
  });

  it('is all there is while nobody reads, however late turns come', () => {
    pace.watch(() => pace.allowed(), most);
    expect(pace.allowed()).toBe(most);
    clock.lateMilliseconds = 60;
    clock.advance(5_000);
    expect(pace.allowed()).toBe(most);
    passes(5_000);
    expect(pace.allowed()).toBeLessThan(most / 4);
    clock.advance(5_000);
    expect(pace.allowed()).toBe(most);
  });

  it('does not grow by what nobody uses', () => {
    underWay = 1;
    watched();
    const first = pace.allowed();
    passes(10_000);
    expect(pace.allowed()).toBe(first);
  });

  it('looks no more once it has ended, and begins anew', () => {
    const end = watched();
    const first = pace.allowed();
    passes(10_000);
    end();
    clock.lateMilliseconds = 60;
    passes(10_000);
    expect(pace.allowed()).toBe(most);
    watched();
    expect(pace.allowed()).toBe(first);
  });
});
