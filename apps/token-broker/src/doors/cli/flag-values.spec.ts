import { describe, expect, it } from '@jest/globals';
import { nameFlag } from './flag-values.js';

describe('the name of a service key', () => {
  it('may be any text that a reader sees', () => {
    expect(nameFlag('Rechnungsläufe 2027 ✓')).toBe('Rechnungsläufe 2027 ✓');
  });

  it.each([
    ['a zero-width space', 'bill\u200bing'],
    ['a right-to-left override', 'bill\u202eing'],
    ['an Arabic letter mark', 'bill\u061cing'],
    ['a line end', 'bill\ning'],
    ['nothing', ''],
    ['more than 100 characters', 'b'.repeat(101)],
  ])('is refused with %s', (_, text) => {
    expect(() => nameFlag(text)).toThrow('none of them a control or invisible one');
  });
});
