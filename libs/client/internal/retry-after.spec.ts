import { expect, it } from '@jest/globals';
import { retryAfterSeconds } from './retry-after.js';

const date = 'Mon, 23 Nov 2026 11:00:00 GMT';

it.each([
  ['seconds', { 'retry-after': '7' }, 7],
  ['a date, by the clock of the answer', { 'retry-after': 'Mon, 23 Nov 2026 11:00:09 GMT', date }, 9],
  ['a date that has passed', { 'retry-after': 'Mon, 23 Nov 2026 10:00:00 GMT', date }, 0],
  ['a date without a clock', { 'retry-after': 'Mon, 23 Nov 2026 11:00:09 GMT' }, undefined],
  ['nothing', {}, undefined],
  ['no number', { 'retry-after': '1e3' }, undefined],
  ['less than nothing', { 'retry-after': '-1', date }, undefined],
  ['a number without end', { 'retry-after': '9'.repeat(400), date }, undefined],
  ['words', { 'retry-after': 'soon', date }, undefined],
])('Retry-After: %s', (_, headers, expected) => {
  expect(retryAfterSeconds(new Headers(headers as Record<string, string>))).toBe(expected);
});
