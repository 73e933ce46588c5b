import { describe, expect, it } from '@jest/globals';
import type { ConnectionRecord } from '#connections';
import { sampleNow, sampleRecord, sampleTime } from '#tokens/testing';
import { needOf, type Need, type TokenWish } from './token-need.js';

const usual: TokenWish = { minTtlSeconds: 30, maxVerifiedAgeSeconds: null };
const nothing: Need = { kind: 'nothing' };
const check: Need = { kind: 'check' };
const refresh = (wantedTtlSeconds: number | null): Need => ({ kind: 'refresh', wantedTtlSeconds });

describe('what a token needs before it is handed out', () => {
  it.each<[string, Partial<ConnectionRecord>, Partial<TokenWish>, Need]>([
    ['a good one: nothing', {}, {}, nothing],
    ['one that Deskera refuses', { badSince: sampleTime(-1) }, {}, refresh(null)],
    ['an expired one', { expiresAt: sampleTime(0) }, {}, refresh(null)],
    [
      'an expired one, whatever its pause',
      { expiresAt: sampleTime(-1), minTtlBackoffUntil: sampleTime(60) },
      {},
      refresh(null),
    ],
    ['one with exactly the life that is wanted', { expiresAt: sampleTime(30) }, {}, nothing],
    ['one with less life than wanted', { expiresAt: sampleTime(29) }, {}, refresh(30)],
    ['one with less life than a demanding caller wants', {}, { minTtlSeconds: 3_001 }, refresh(3_001)],
    [
      'one that fell short a moment ago',
      { minTtlBackoffUntil: sampleTime(1) },
      { minTtlSeconds: 3_001 },
      nothing,
    ],
    [
      'one that fell short a while ago',
      { minTtlBackoffUntil: sampleTime(0) },
      { minTtlSeconds: 3_001 },
      refresh(3_001),
    ],
    ['one of unknown expiry', { expiresAt: null }, { minTtlSeconds: 86_400 }, nothing],
    ['one verified recently enough', {}, { maxVerifiedAgeSeconds: 600 }, nothing],
    ['one verified too long ago', {}, { maxVerifiedAgeSeconds: 599 }, check],
    ['one never verified', { verifiedAt: null }, { maxVerifiedAgeSeconds: 86_400 }, check],
    [
      'one verified just now by a clock that is read with a delay',
      { verifiedAt: sampleTime(1) },
      { maxVerifiedAgeSeconds: 0 },
      nothing,
    ],
    [
      'one verified at a time still to come',
      { verifiedAt: sampleTime(100) },
      { maxVerifiedAgeSeconds: 0 },
      check,
    ],
    [
      'one that both fell short and is unverified',
      { expiresAt: sampleTime(5), minTtlBackoffUntil: sampleTime(9) },
      { maxVerifiedAgeSeconds: 0 },
      check,
    ],
  ])('%s', (_what, record, wish, expected) => {
    expect(needOf(sampleRecord(record), { ...usual, ...wish }, sampleNow, false)).toEqual(expected);
  });

  it('is satisfied by a question that the caller waited for, but not where the token turned out bad', () => {
    const wish = { ...usual, maxVerifiedAgeSeconds: 0 };
    expect(needOf(sampleRecord(), wish, sampleNow, true)).toEqual(nothing);
    expect(needOf(sampleRecord({ badSince: sampleNow }), wish, sampleNow, true)).toEqual(refresh(null));
  });
});
