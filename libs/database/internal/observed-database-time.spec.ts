import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { ObservedDatabaseTime } from './observed-database-time.js';

const start = new Date('2026-11-24T12:00:00Z').getTime();
let clock: ManualClock;
let time: ObservedDatabaseTime;

beforeEach(() => {
  clock = new ManualClock();
  time = new ObservedDatabaseTime(clock);
});

describe("the database's time", () => {
  it('is the epoch before it was read once, and goes on by the monotonic clock afterwards', () => {
    expect(time.now().getTime()).toBe(0);
    read(start);
    clock.advance(1_500);
    expect(time.now().getTime()).toBe(start + 1_500);
  });

  it('is not set back by an answer that was longer under way', () => {
    read(start);
    clock.advance(100);
    read(start + 60);
    expect(time.now().getTime()).toBeGreaterThanOrEqual(start + 99);
  });

  it('is set right by an answer that was quicker', () => {
    read(start - 40);
    clock.advance(100);
    read(start + 100);
    expect(time.now().getTime()).toBe(start + 100);
  });

  it('follows a database whose clock was set back, or that is another one', () => {
    read(start);
    read(start - 60_000);
    expect(time.now().getTime()).toBe(start - 60_000);
  });

  it('takes the first reading from another server as it is, even a little behind', () => {
    read(start);
    time.forget();
    expect(time.now().getTime()).toBe(start);
    read(start - 900);
    expect(time.now().getTime()).toBe(start - 900);
  });

  it('follows a clock that drifts', () => {
    read(start);
    for (let hour = 1; hour <= 24; hour += 1) {
      clock.advance(3_600_000);
      read(start + hour * 3_599_900);
    }
    expect(time.now().getTime() - (start + 24 * 3_599_900)).toBeLessThan(10);
  });
});

function read(milliseconds: number): void {
  time.observed({ readAt: new Date(milliseconds) });
}
