import { describe, expect, it } from '@jest/globals';
import { fellShortSeconds, passingBackOffSeconds, unansweredBackOffSeconds } from './back-off.js';

describe('the back-off of passing failures', () => {
  it.each([
    [1, 0, 0],
    [1, 0.999, 5],
    [2, 0.999, 10],
    [5, 0.5, 40],
  ])('after %i in a row, with the draw %d, is about %d s', (failures, random, seconds) => {
    expect(passingBackOffSeconds(failures, random)).toBeCloseTo(seconds, 0);
  });

  it.each([0, 0.5, 0.999])('ends at no more than one call an hour, with the draw %d', (random) => {
    for (const failures of [11, 50, 5_000]) {
      expect(passingBackOffSeconds(failures, random)).toBeGreaterThanOrEqual(3_600);
      expect(passingBackOffSeconds(failures, random)).toBeLessThanOrEqual(4_320);
    }
  });
});

describe('the back-off after an unknown outcome', () => {
  it.each([
    [1, 0, 2.5],
    [1, 0.999, 5],
    [2, 0.999, 10],
    [3, 0.999, 20],
  ])('comes after sending %i, with the draw %d, in about %d s', (unanswered, random, seconds) => {
    expect(unansweredBackOffSeconds(unanswered, random)).toBeCloseTo(seconds, 0);
  });

  it('is never at once, and at most hourly in the end', () => {
    expect(unansweredBackOffSeconds(1, 0)).toBeGreaterThan(2);
    expect(unansweredBackOffSeconds(5_000, 0)).toBe(3_600);
  });
});

describe('the pause after a refresh that fell short', () => {
  it.each([
    [1, 3_600, 5],
    [2, 3_600, 10],
    [12, 3_600, 1_800],
    [1, 6, 3],
  ])('the %ith of a token that lives %i s is %i s', (times, life, seconds) => {
    expect(fellShortSeconds(times, life)).toBe(seconds);
  });
});
