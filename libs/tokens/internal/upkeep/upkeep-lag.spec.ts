import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { UpkeepLag } from './upkeep-lag.js';

let clock: ManualClock;
let lag: UpkeepLag;

beforeEach(() => {
  clock = new ManualClock();
  lag = new UpkeepLag(clock);
});

describe('the lag of upkeep', () => {
  it('is not known, and no trouble, where no sweep is wanted', () => {
    clock.advance(3_600_000);
    expect([lag.seconds(), lag.isUnknown()]).toEqual([null, false]);
  });

  it('is what the last look showed', () => {
    lag.isAsked();
    lag.looked(7);
    clock.advance(5_000);
    expect([lag.seconds(), lag.isUnknown()]).toEqual([7, false]);
  });

  it('grows from the last good look on while looks fail', () => {
    lag.isAsked();
    lag.looked(7);
    clock.advance(5_000);
    lag.failed();
    expect([lag.seconds(), lag.isUnknown()]).toEqual([12, true]);
    clock.advance(90_000);
    lag.failed();
    expect(lag.seconds()).toBe(102);
    lag.looked(0);
    expect([lag.seconds(), lag.isUnknown()]).toEqual([0, false]);
  });

  it('grows where a look hangs, or none was ever made', () => {
    lag.isAsked();
    clock.advance(61_000);
    expect([lag.seconds(), lag.isUnknown()]).toEqual([61, true]);
  });
});
