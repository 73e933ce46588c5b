import { describe, expect, it } from '@jest/globals';
import { declined, ourFault } from '#deskera/testing';
import { sampleNow, sampleOptions, sampleRecord, sampleTime } from '#tokens/testing';
import { upkeepStep } from '../upkeep/due.js';
import { isBorneOut, withRefusal } from './refusal-evidence.js';
import { refreshDeclined, revived, stillDead } from '../state/refusal-transitions.js';
import type { Circumstances } from '../state/transitions.js';

const circumstances: Circumstances = { options: sampleOptions(), now: sampleNow, random: 0.5 };
const well = { doWell: true, areDeclined: false };
const nobody = { doWell: false, areDeclined: false };
const many = { doWell: true, areDeclined: true };

describe('refusals in unclear words', () => {
  it.each([
    ['two', 2, 600, well, false],
    ['three within seconds', 3, 60, well, false],
    ['three over two minutes, others do well', 3, 120, well, true],
    ['fifty over hours, nobody does well', 50, 20 * 3_600, nobody, false],
    ['a day of them, nobody else is there', 30, 24 * 3_600, nobody, true],
    ['many fall at once', 9, 5 * 3_600, many, false],
    ['many fall, for longer than a gateway is broken', 9, 6 * 3_600, many, true],
    ['many fall, and for hours nobody does well', 9, 23 * 3_600, { doWell: false, areDeclined: true }, false],
    ['many fall, and for a day nobody does well', 30, 24 * 3_600, { doWell: false, areDeclined: true }, true],
  ])('%s', (_what, refusedCount, seconds, neighbors, expected) => {
    const refusals = { refusedCount, refusedSince: sampleTime(-seconds) };
    expect(isBorneOut(refusals, neighbors, { now: sampleNow, steadySeconds: 86_400 })).toBe(expected);
  });

  it.each([
    ['two', 2, 600, nobody, false],
    ['three over two minutes', 3, 120, nobody, true],
    ['many fall at once', 9, 5 * 3_600, { doWell: false, areDeclined: true }, false],
    ['many fall for six hours', 9, 6 * 3_600, { doWell: false, areDeclined: true }, true],
  ])('in known words: %s', (_what, refusedCount, seconds, neighbors, expected) => {
    const refusals = { refusedCount, refusedSince: sampleTime(-seconds) };
    const moment = { now: sampleNow, steadySeconds: 86_400 };
    expect(isBorneOut(refusals, neighbors, moment, 'known')).toBe(expected);
  });

  it('none is no evidence', () => {
    expect(
      isBorneOut({ refusedCount: 0, refusedSince: null }, well, { now: sampleNow, steadySeconds: 86_400 }),
    ).toBe(false);
  });

  it('are counted from the first', () => {
    expect(withRefusal(sampleRecord(), sampleNow)).toEqual({ refusedCount: 1, refusedSince: sampleNow });
    const record = sampleRecord({ refusedCount: 2, refusedSince: sampleTime(-60) });
    expect(withRefusal(record, sampleNow)).toEqual({ refusedCount: 3, refusedSince: sampleTime(-60) });
  });

  it('of a grant that was replaced count no more', () => {
    const record = sampleRecord({
      refusedCount: 9,
      refusedSince: sampleTime(-6_000),
      issuedAt: sampleTime(-600),
    });
    expect(withRefusal(record, sampleNow)).toEqual({ refusedCount: 1, refusedSince: sampleNow });
  });
});

describe('a refresh that was turned down', () => {
  it('changes no status, and waits', () => {
    const next = refreshDeclined(sampleRecord({ attemptOpen: true }), declined(), circumstances);
    expect(next).toMatchObject({
      status: 'connected',
      badSince: null,
      attemptOpen: false,
      outcomeUnknown: false,
      refusedCount: 1,
      consecutiveFailures: 1,
      failureKind: 'deskera_unavailable',
    });
    expect(next.notBefore?.getTime()).toBeGreaterThan(sampleNow.getTime());
  });

  it('in the words for a refused client is told as that, and waits by itself', () => {
    const next = refreshDeclined(sampleRecord(), ourFault('client_doubted'), circumstances);
    expect(next).toMatchObject({ failureKind: 'client_refused', consecutiveFailures: 1, refusedCount: 1 });
    expect(next.notBefore).not.toBeNull();
  });
});

describe('a connection that was given up', () => {
  const options = sampleOptions();
  const dead = (seconds: number) =>
    sampleRecord({
      status: 'reconnect_required',
      reason: 'grant_revoked',
      statusSince: sampleTime(-seconds),
      badSince: sampleTime(-seconds),
      nextDueAt: sampleNow,
    });

  it.each([
    [600, 3_600],
    [3_601, 6 * 3_600],
    [6 * 3_600, 24 * 3_600],
    [24 * 3_600, 7 * 24 * 3_600],
  ])('is looked at again %i s after its verdict, and then not before %i s', (seconds, next) => {
    expect(upkeepStep(dead(seconds), options, sampleNow)).toBe('refresh');
    const state = stillDead(dead(seconds), '400 invalid_grant', false, circumstances);
    expect(state).toMatchObject({ status: 'reconnect_required', nextDueAt: sampleTime(next - seconds) });
  });

  it('is not looked at again where its loss was ours, or its org changed', () => {
    for (const reason of ['refresh_outcome_lost', 'org_changed'] as const)
      expect(upkeepStep({ ...dead(600), reason }, options, sampleNow)).toBe('nothing');
  });

  it('is looked at where an attempt of it has no answer', () => {
    const record = { ...dead(600), reason: 'refresh_outcome_lost', attemptOpen: true } as const;
    expect(upkeepStep(record, options, sampleNow)).toBe('refresh');
  });

  it('lives again where its token is good', () => {
    const state = revived(
      { ...dead(600), refusedCount: 3, refusedSince: sampleNow },
      sampleNow,
      circumstances,
    );
    expect(state).toMatchObject({
      status: 'connected',
      reason: null,
      badSince: null,
      verifiedAt: sampleNow,
      refusedCount: 0,
      refusedSince: null,
    });
  });
});
