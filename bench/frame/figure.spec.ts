import { describe, expect, it } from '@jest/globals';
import { figureOf, isReached, median } from './figure.js';
import { tableOf } from './table.js';

const told = { name: 'reads', unit: '1/s', comparedWith: 'a bare server', bound: { atLeast: 0.7 } };

describe('a figure', () => {
  it('is the median of the rounds, and its ratio the median of theirs', () => {
    const rounds = [
      { measured: 80, reference: 100 },
      { measured: 10, reference: 20 },
      { measured: 90, reference: 100 },
    ];
    expect(figureOf(told, rounds)).toEqual({ ...told, measured: 80, reference: 100, ratio: 0.8 });
  });

  it.each([
    [0.7, { atLeast: 0.7 }, true],
    [0.69, { atLeast: 0.7 }, false],
    [1.2, { atMost: 1.2 }, true],
    [1.21, { atMost: 1.2 }, false],
    [99, null, true],
  ])('of %d is held against %j: %s', (ratio, bound, expected) => {
    expect(isReached({ ...told, measured: 0, reference: 0, ratio, bound })).toBe(expected);
  });

  it('that misses its bound says so in the table', () => {
    const [missed, kept] = [0.5, 0.75].map((ratio) => ({ ...told, measured: 1, reference: 2, ratio }));
    const lines = tableOf([missed, kept].filter((figure) => figure !== undefined)).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.map((line) => line.includes('MISSED'))).toEqual([false, true, false]);
  });
});

describe('a median', () => {
  it.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is none', () => {
    expect(() => median([])).toThrow('nothing');
  });
});
