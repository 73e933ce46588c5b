import { describe, expect, it } from '@jest/globals';
import type { GrantOutcome, PassingFailure, Refused, ValidateOutcome } from '#deskera';
import { ourFault, passing, refused } from '#deskera/testing';
import type { ConnectionRecord, ConnectionState } from '#connections';
import { sampleOptions, sampleRecord } from '#tokens/testing';
import { postponedUntil, upkeepStep, secondsAfter, secondsBetween } from '../upkeep/due.js';
import { mustNotRepeatYet } from './refresh-words.js';
import { refusedAndUnknown, refusedWhileGood } from '../state/refusal-transitions.js';
import {
  checkedInvalid,
  checkedValid,
  checkUnanswered,
  refreshUnanswered,
  type Circumstances,
} from '../state/transitions.js';

/** A Deskera that answers in one way for ever. */
interface ForEver {
  readonly refresh: Exclude<GrantOutcome, { kind: 'granted' }>;
  readonly check: ValidateOutcome;
  /** Callers who want the token verified: they ask whenever they may. */
  readonly demandedToo?: true;
}

interface Call {
  readonly at: Date;
  /** `upkeep`: a check that Deskera answered, of a token that is good. */
  readonly what: 'refresh' | 'check' | 'upkeep';
}

const start = new Date('2026-11-24T12:00:00Z');
const days = 30;
const options = sampleOptions();
const valid: ValidateOutcome = { kind: 'valid' };
const invalid: ValidateOutcome = { kind: 'invalid' };
const expired = { expiresAt: start, badSince: null };
const good = { expiresAt: null, tokenLifeSeconds: null, refreshTokenExpiresAt: null };
const goodAndOld = { ...good, issuedAt: secondsAfter(start, -options.refreshAtLeastEverySeconds) };

describe('a connection that fails for ever', () => {
  it.each<[string, Partial<ConnectionRecord>, ForEver]>([
    ['expired, no answer in time', expired, always(passing('timeout'))],
    ['good, no answer in time', goodAndOld, always(passing('timeout'))],
    ['good, checks without an answer', good, always(passing('reset'))],
    ['expired, 5XX', expired, always(passing('server_error'))],
    ['good, 5XX', goodAndOld, always(passing('server_error'))],
    ['expired, 429', expired, always(passing('rate_limited', 1))],
    ['expired, 429 for a day', expired, always(passing('rate_limited', 86_400))],
    ['good, 429', good, always(passing('rate_limited', 7))],
    ['expired, unreadable', expired, always(passing('unreadable'))],
    ['expired, connection refused', expired, always(passing('connection_failed'))],
    ['good, connection refused', goodAndOld, always(passing('connection_failed'))],
    [
      'expired, a refresh that Deskera does not understand',
      expired,
      { refresh: badRequest(), check: invalid },
    ],
    ['good, a refresh that Deskera does not understand', goodAndOld, { refresh: badRequest(), check: valid }],
    ['good, a refused refresh', goodAndOld, { refresh: refused(), check: valid }],
    ['good, a refresh without an answer', goodAndOld, { refresh: passing('timeout'), check: valid }],
  ])('costs Deskera at most one call an hour in the long run: %s', (_what, record, deskera) => {
    for (const seed of [1, 2, 3]) {
      const calls = liveOn(record, deskera, seed);
      const failing = calls.filter(({ what }) => what !== 'upkeep');
      expect(perHour(failing)).toBeLessThanOrEqual(1);
      expect(shortestPauseSeconds(failing)).toBeGreaterThanOrEqual(3_600);
      // It is not given up either.
      expect(perHour(failing)).toBeGreaterThan(0.75);
    }
  });

  // The first costs two calls each time; the second is asked about by callers in between.
  it.each<[string, Partial<ConnectionRecord>, ForEver]>([
    [
      'expired, a refused refresh, no word on the token',
      expired,
      { refresh: refused(), check: passing('timeout') },
    ],
    [
      'good, a refresh that Deskera does not understand, checks on demand',
      goodAndOld,
      { refresh: badRequest(), check: valid, demandedToo: true },
    ],
  ])('costs Deskera at most one call an hour on average: %s', (_what, record, deskera) => {
    const failing = liveOn(record, deskera, 1).filter(({ what }) => what !== 'upkeep');
    expect(perHour(failing)).toBeLessThanOrEqual(1);
  });

  it('is tried soon at first, so that a short trouble is soon over', () => {
    const calls = liveOn(expired, always(passing('timeout')), 1);
    const inFiveMinutes = calls.filter(({ at }) => secondsBetween(start, at) < 300);
    expect(inFiveMinutes.length).toBeGreaterThanOrEqual(5);
  });
});

describe('a good token that can not be refreshed', () => {
  it('is checked as often as any other', () => {
    for (const seed of [1, 2, 3]) {
      const calls = liveOn(goodAndOld, { refresh: refused(), check: valid }, seed);
      const checks = calls.filter(({ what }) => what === 'upkeep');
      const pauses = pausesOf(checks);
      expect(Math.max(...pauses)).toBeLessThanOrEqual(options.checkIntervalSeconds * 1.1 + 1);
      // Each refused refresh asks about the token too: nothing else comes in between.
      expect(perHour(checks)).toBeLessThanOrEqual(3_600 / (options.checkIntervalSeconds * 0.9) + 1);
    }
  });
});

function always(failure: PassingFailure): ForEver {
  return { refresh: failure, check: failure };
}

function badRequest(): GrantOutcome & { kind: 'our_fault' } {
  return ourFault('bad_request');
}

/** A month of upkeep by the pure rules alone, always as soon as it is due. */
function liveOn(changes: Partial<ConnectionRecord>, deskera: ForEver, seed: number): readonly Call[] {
  const random = seeded(seed);
  const calls: Call[] = [];
  let record = sampleRecord({ nextDueAt: start, ...changes });
  for (let rounds = 0; record.nextDueAt !== null; rounds += 1) {
    if (rounds > 1_000_000) throw new Error('it is due again and again');
    const now = record.nextDueAt;
    if (secondsBetween(start, now) > days * 86_400) break;
    const circumstances = { options, now, random: random() };
    if (deskera.demandedToo === true) record = { ...record, ...checkedValid(record, now, circumstances) };
    record = { ...record, ...kept(record, deskera, circumstances, calls), readAt: now };
  }
  return calls;
}

/** What the sweep, the checker, the refresher and the judge do, without their leases. */
function kept(
  record: ConnectionRecord,
  deskera: ForEver,
  circumstances: Circumstances,
  calls: Call[],
): ConnectionState {
  const { now } = circumstances;
  const step = upkeepStep(record, options, now);
  if (step === 'refresh') {
    if (mustNotRepeatYet(record, now))
      return { ...record, nextDueAt: postponedUntil(record, options, now, circumstances.random) };
    return refresh(record, deskera, circumstances, calls);
  }
  if (step !== 'check') throw new Error(`a sweep has nothing to ask: ${step}`);
  const outcome = deskera.check;
  calls.push({ at: now, what: outcome.kind === 'valid' ? 'upkeep' : 'check' });
  if (outcome.kind === 'valid') return checkedValid(record, now, circumstances);
  if (outcome.kind === 'invalid')
    return refresh({ ...record, ...checkedInvalid(record, circumstances) }, deskera, circumstances, calls);
  return checkUnanswered(record, outcome, circumstances);
}

function refresh(
  record: ConnectionRecord,
  deskera: ForEver,
  circumstances: Circumstances,
  calls: Call[],
): ConnectionState {
  const { now } = circumstances;
  calls.push({ at: now, what: 'refresh' });
  if (deskera.refresh.kind !== 'refused') return refreshUnanswered(record, deskera.refresh, circumstances);
  return judged(record, deskera.refresh, deskera.check, circumstances, calls);
}

function judged(
  record: ConnectionRecord,
  { summary }: Refused,
  check: ValidateOutcome,
  circumstances: Circumstances,
  calls: Call[],
): ConnectionState {
  const { now } = circumstances;
  calls.push({ at: now, what: check.kind === 'valid' ? 'upkeep' : 'check' });
  if (check.kind === 'valid') return refusedWhileGood(record, summary, now, circumstances);
  if (check.kind === 'invalid') throw new Error('the grant is dead: that does not go on for ever');
  return refusedAndUnknown(record, check, circumstances);
}

/** Over the last three weeks: the first pauses are short. */
function inTheLongRun(calls: readonly Call[]): readonly Call[] {
  return calls.filter(({ at }) => secondsBetween(start, at) > 9 * 86_400);
}

function perHour(calls: readonly Call[]): number {
  return inTheLongRun(calls).length / ((days - 9) * 24);
}

function pausesOf(calls: readonly Call[]): number[] {
  const late = inTheLongRun(calls);
  return late.slice(1).map(({ at }, index) => secondsBetween(late[index]?.at ?? at, at));
}

function shortestPauseSeconds(calls: readonly Call[]): number {
  return Math.min(...pausesOf(calls));
}

/** Mulberry32: the same numbers from the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
