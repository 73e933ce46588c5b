import { beforeEach, describe, expect, it } from '@jest/globals';
import { ClockContinuity } from './clock-continuity.js';

const start = Date.UTC(2026, 10, 24);
const length = 80;

let continuity: ClockContinuity;

beforeEach(() => {
  continuity = new ClockContinuity();
});

/** What the database's clock says after so many seconds, by which it is off. */
function read(atSeconds: number, offSeconds = 0): void {
  continuity.observe(start + (atSeconds + offSeconds) * 1_000, atSeconds * 1_000);
}

/** In seconds since the start. */
function latestAt(seconds: number): number {
  const { latest } = continuity.evidence(length, seconds * 1_000);
  return ((latest?.getTime() ?? Number.NaN) - start) / 1_000;
}

function steadyFor(seconds: number): number {
  const { steadySince } = continuity.evidence(length, seconds * 1_000);
  return seconds - ((steadySince?.getTime() ?? Number.NaN) - start) / 1_000;
}

describe('the continuity of the database’s clock', () => {
  it('is not known before the clock was read', () => {
    expect(continuity.evidence(length, 0)).toEqual({ latest: null, steadySince: null });
  });

  it('bounds the clock by what it said before, before a step is seen', () => {
    read(0);
    expect(latestAt(10)).toBeCloseTo(15, 1);
  });

  it('goes by the old clock after a step forward until its length has passed', () => {
    read(0);
    read(10, 100);
    expect(latestAt(89)).toBeLessThan(89 + 6);
    expect(latestAt(91)).toBeGreaterThan(91 + 100);
  });

  it('starts again at each step, in either direction', () => {
    read(0);
    expect(steadyFor(50)).toBeCloseTo(50, 3);
    read(50, -3_600);
    expect(continuity.secondsBack).toBeCloseTo(3_600, 0);
    read(60, -3_600);
    expect(steadyFor(60) - 3_600).toBeCloseTo(10, 3);
    read(70, 3_600);
    expect(steadyFor(70) + 3_600).toBeCloseTo(0, 3);
  });

  it('takes a slow answer for no step', () => {
    read(0);
    read(10, -4);
    expect(steadyFor(20)).toBeCloseTo(20, 1);
    expect(continuity.secondsBack).toBe(0);
  });

  it('follows a clock that is slewed over hours', () => {
    read(0);
    for (let hour = 1; hour <= 24; hour += 1) read(hour * 3_600, hour * 3);
    expect(steadyFor(86_400)).toBeGreaterThan(86_000);
  });
});
