import { describe, expect, it } from '@jest/globals';
import { nextAllowance } from './upkeep-throttle.js';

describe('what upkeep is allowed next', () => {
  it.each([
    { of: 'one more while nobody feels it', allowed: 4, late: 1, next: 5 },
    { of: 'no more than there are', allowed: 24, late: 0, next: 24 },
    { of: 'the same where more would not be used', allowed: 4, late: 0, isUsed: false, next: 4 },
    { of: 'the same where the loop is a little late', allowed: 9, late: 4, next: 9 },
    { of: 'half where somebody feels it', allowed: 24, late: 6, next: 12 },
    { of: 'half rounded down', allowed: 9, late: 400, next: 4 },
    { of: 'half although not all of it is used', allowed: 8, late: 20, isUsed: false, next: 4 },
    { of: 'never fewer than two', allowed: 2, late: 5_000, next: 2 },
    { of: 'no more than there are from now on', allowed: 9, late: 0, most: 2, next: 2 },
    { of: 'never none', allowed: 1, late: 5_000, most: 0, next: 1 },
    { of: 'all where nobody reads', allowed: 3, late: 5_000, isRead: false, next: 24 },
  ])('is $of', ({ allowed, late, isUsed = true, isRead = true, most = 24, next }) => {
    expect(nextAllowance(allowed, { lateMilliseconds: late, isUsed, isRead }, most)).toBe(next);
  });
});
