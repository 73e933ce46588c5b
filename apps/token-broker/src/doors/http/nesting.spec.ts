import { describe, expect, it } from '@jest/globals';
import { isNestedDeeper } from './nesting.js';

function lists(count: number): unknown {
  return JSON.parse('['.repeat(count) + ']'.repeat(count));
}

describe('isNestedDeeper', () => {
  it.each([
    ['a text', 'x', 0, false],
    ['nothing', null, 0, false],
    ['an empty list', [], 0, false],
    ['a list of one', [1], 0, true],
    ['an object of lists', { a: [1], b: [[2]] }, 2, true],
    ['the same, allowed', { a: [1], b: [[2]] }, 3, false],
    ['a wide one', Array.from({ length: 30_000 }, () => 0), 1, false],
    ['as deep as 64 KB can be', lists(32_000), 16, true],
  ])('%s', (_, value, levels, expected) => {
    expect(isNestedDeeper(value, levels)).toBe(expected);
  });
});
