import { describe, expect, it } from '@jest/globals';
import { entityTagOf, hasCurrent } from './entity-tags.js';

const current = 'aabbccddeeff0011';

describe('hasCurrent', () => {
  it.each([
    [`W/"${current}"`, true],
    [`"${current}"`, true],
    [entityTagOf(current), true],
    [`W/"other", W/"${current}"`, true],
    [`"other","${current}" , "third"`, true],
    [`"a, b", "${current}"`, true],
    ['*', true],
    [' * ', true],
    [undefined, false],
    ['', false],
    ['W/"other"', false],
    [current, false],
    [`"${current}`, false],
    [`"${current}x"`, false],
    [`"x, ${current}"`, false],
    [`"*"`, false],
    [`w/${current}`, false],
  ])('If-None-Match: %s → %s', (header, expected) => {
    expect(hasCurrent(header, current)).toBe(expected);
  });
});
