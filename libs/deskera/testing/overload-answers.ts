import { answer, pair, type AnswerRow } from './answer-row.js';
import { html } from './odd-answers.js';

const rateLimited = { grant: 'passing rate_limited', validate: 'passing rate_limited' } as const;
const serverError = { grant: 'passing server_error?', validate: 'passing server_error?' } as const;

/** Later, please. */
export const overload: readonly AnswerRow[] = [
  { comes: '429', farSide: answer(429), ...rateLimited },
  {
    comes: '429 `invalid_grant`, with `Retry-After: 7`',
    farSide: answer(429, { error: 'invalid_grant' }, 'retry-after: 7'),
    retryAfterSeconds: 7,
    ...rateLimited,
  },
  {
    comes: '429 with `Retry-After: 0`',
    farSide: answer(429, '', 'retry-after: 0'),
    retryAfterSeconds: 0,
    ...rateLimited,
  },
  {
    comes: '429 with `Retry-After` as a date 90 s after its `Date`',
    farSide: answer(
      429,
      '',
      'date: Thu, 05 Jun 2025 10:00:00 GMT',
      'retry-after: Thu, 05 Jun 2025 10:01:30 GMT',
    ),
    retryAfterSeconds: 90,
    ...rateLimited,
  },
  {
    comes: '429 with `Retry-After: 99999999999999999999`',
    farSide: answer(429, '', 'retry-after: 99999999999999999999'),
    retryAfterSeconds: 86_400,
    ...rateLimited,
  },
  ...['-3', 'soon', '1.5', ''].map((value) => ({
    comes: `429 with \`Retry-After: ${value}\``,
    farSide: answer(429, '', `retry-after: ${value}`),
    ...rateLimited,
  })),
  { comes: '500 `invalid_grant`', farSide: answer(500, { error: 'invalid_grant' }), ...serverError },
  { comes: '500 with a pair', farSide: pair({}, 500), ...serverError },
  ...[500, 501, 502, 503, 504, 520, 599].map((status) => ({
    comes: `${String(status)} with HTML`,
    farSide: answer(status, html),
    ...serverError,
  })),
  ...[502, 503, 504].map((status) => ({
    comes: `${String(status)} with \`Retry-After: 7\``,
    farSide: answer(status, '', 'retry-after: 7'),
    retryAfterSeconds: 7,
    ...serverError,
  })),
];
