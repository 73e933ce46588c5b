import { describe, expect, it } from '@jest/globals';
import type { Grant, TokenPair } from './grant.js';
import { decideRefresh } from './rotation.js';

const token = (number: number) => ({ number, issuedAtSeconds: 0, expiresAtSeconds: null });
const pair = (number: number): TokenPair => ({ access: token(number - 1), refresh: token(number) });

/** Its refresh tokens were 2, 4 and now 6; 4 was spent at 10 s. */
const grant: Grant = {
  id: 'g',
  clientId: 'c',
  orgId: '11242',
  apiVersion: 'v1',
  first: pair(2),
  current: pair(6),
  lastSpent: { number: 4, at: 10_000 },
  revoked: false,
};

describe('a refresh token that is presented', () => {
  it.each([
    ['strict', 6, 11_000, 'rotate'],
    ['strict', 4, 11_000, 'reused'],
    ['grace', 6, 99_000, 'rotate'],
    ['grace', 4, 14_999, 'repeat'],
    ['grace', 4, 15_000, 'reused'],
    ['grace', 2, 11_000, 'reused'],
    ['stable', 6, 11_000, 'keep'],
    ['stable', 4, 11_000, 'spent'],
  ] as const)('%s: number %d at %d ms: %s', (rotation, presented, now, decision) => {
    expect(decideRefresh(grant, presented, { rotation, graceSeconds: 5 }, now)).toBe(decision);
  });
});
