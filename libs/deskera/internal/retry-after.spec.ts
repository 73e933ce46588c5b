import { describe, expect, it } from '@jest/globals';
import { httpDate, retryAfterSeconds } from './retry-after.js';

const now = new Date('2026-01-01T00:00:00Z');

describe('Retry-After', () => {
  it.each([
    { value: null, seconds: null },
    { value: '', seconds: null },
    { value: '0', seconds: 0 },
    { value: ' 12 ', seconds: 12 },
    { value: '-3', seconds: null },
    { value: '1.5', seconds: null },
    { value: 'soon', seconds: null },
    { value: '99999999999999999999', seconds: 86_400 },
    { value: 'Thu, 01 Jan 2026 00:01:30 GMT', seconds: 90 },
    { value: 'Thursday, 01-Jan-26 00:01:30 GMT', seconds: 90 },
    { value: 'Wed, 31 Dec 2025 23:00:00 GMT', seconds: 0 },
    { value: 'Fri, 01 Jan 2027 00:00:00 GMT', seconds: 86_400 },
    { value: 'Xyz, 99 Foo 2026 00:00:00 GMT', seconds: null },
  ])('$value is $seconds', ({ value, seconds }) => {
    expect(retryAfterSeconds(value, now)).toBe(seconds);
  });

  it('a Date header that is none is not known', () => {
    expect(httpDate('2026-01-01')).toBeNull();
    expect(httpDate('Thu, 01 Jan 2026 00:00:00 GMT')).toEqual(now);
  });
});
