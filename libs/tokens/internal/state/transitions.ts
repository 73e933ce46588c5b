import type { Declined, DeskeraGrant, OurFault, PassingFailure } from '#deskera';
import type { ConnectionRecord, ConnectionState, StoredReason } from '#connections';
import type { TokensOptions } from '../../options.js';
import { fellShortSeconds, passingBackOffSeconds, unansweredBackOffSeconds } from '../upkeep/back-off.js';
import { lookAgainAt, nextDueAt, nextTryAt, refreshDueNow, latest, secondsAfter } from '../upkeep/due.js';
import { isStillToCome } from '../reading/token-need.js';

/** Inputs of every transition beside the record. */
export interface Circumstances {
  readonly options: TokensOptions;
  /** Present time by the database's clock. */
  readonly now: Date;
  /** Random number in [0, 1). */
  readonly random: number;
}

/** An outcome without information about the token. */
export type Unanswered = Declined | OurFault | PassingFailure;

const untroubled = {
  unansweredCount: 0,
  consecutiveFailures: 0,
  failureKind: null,
  lastError: null,
  notBefore: null,
} as const;

/**
 * A refresh returned a new pair. The database computes its times; here they only decide when it is due.
 * @param wantedTtlSeconds the life that a caller wanted, if that was the reason; null for another reason
 */
export function refreshed(
  record: ConnectionRecord,
  grant: DeskeraGrant,
  wantedTtlSeconds: number | null,
  { options, now, random }: Circumstances,
): ConnectionState {
  const times = grantTimes(grant, now);
  const state: ConnectionState = {
    ...record,
    ...untroubled,
    ...fellShort(record, grant, wantedTtlSeconds, now),
    ...times,
    status: record.status === 'awaiting_activation' ? 'awaiting_activation' : 'connected',
    reason: null,
    attention: null,
    verifiedAt: now,
    attemptOpen: false,
    outcomeUnknown: false,
    refusedCount: 0,
    refusedSince: null,
  };
  return { ...state, nextDueAt: nextDueAt({ ...times, notBefore: null }, options, now, random) };
}

/** Deskera says that the token is valid. This wins over the computed expiry, which is a hint. */
export function checkedValid(
  record: ConnectionRecord,
  sentAt: Date,
  { options, now, random }: Circumstances,
): ConnectionState {
  const state: ConnectionState = {
    ...record,
    ...afterGreenCheck(record, options, now),
    ...calledGood(record, sentAt, now),
  };
  return { ...state, nextDueAt: nextDueAt({ ...record, ...state }, options, now, random) };
}

/**
 * A check that was sent before a newer one does not change its result. A valid token wins over the computed expiry.
 */
export function calledGood(
  { verifiedAt, badSince, expiresAt }: ConnectionRecord,
  sentAt: Date,
  now: Date,
): Pick<ConnectionState, 'verifiedAt' | 'badSince' | 'expiresAt'> {
  return {
    verifiedAt: isStillToCome(verifiedAt, now) ? sentAt : latest(sentAt, verifiedAt),
    badSince: badSince !== null && badSince > sentAt && !isStillToCome(badSince, now) ? badSince : null,
    expiresAt: expiresAt !== null && expiresAt <= now ? null : expiresAt,
  };
}

/**
 * A successful check says nothing about the refresh. A refused or unanswered refresh keeps its back-off; after any
 * other failure the refresh may be tried at once and continues its back-off.
 */
function afterGreenCheck(
  record: ConnectionRecord,
  options: TokensOptions,
  now: Date,
): Partial<ConnectionState> {
  if (record.attemptOpen || record.outcomeUnknown) return {};
  if (record.attention !== null) return { failureKind: null };
  const due = refreshDueNow(record, options, now);
  const refreshFails = due !== null && due <= now;
  return refreshFails ? { ...untroubled, consecutiveFailures: record.consecutiveFailures } : untroubled;
}

/** Deskera refuses the token: it is no longer served, and a refresh is due as soon as possible. */
export function checkedInvalid(record: ConnectionRecord, { now }: Circumstances): ConnectionState {
  return { ...record, badSince: record.badSince ?? now, nextDueAt: latest(now, record.notBefore) };
}

/** The check had no answer: only the back-off changes. */
export function checkUnanswered(
  record: ConnectionRecord,
  outcome: Unanswered,
  circumstances: Circumstances,
): ConnectionState {
  return troubled({ ...record }, record, outcome, circumstances);
}

/**
 * An attempt ended without a grant and without a refusal of the refresh token. Without a definite answer it stays
 * open.
 */
export function refreshUnanswered(
  record: ConnectionRecord,
  outcome: Unanswered,
  circumstances: Circumstances,
): ConnectionState {
  if (outcome.definite) return definitelyUnanswered(record, outcome, circumstances);
  const { options, now, random } = circumstances;
  const unansweredCount = record.unansweredCount + 1;
  const pause = Math.max(unansweredBackOffSeconds(unansweredCount, random), askedSeconds(outcome));
  const notBefore = secondsAfter(now, pause);
  return {
    ...record,
    attemptOpen: true,
    outcomeUnknown: true,
    unansweredCount,
    consecutiveFailures: record.consecutiveFailures + 1,
    failureKind: 'deskera_unavailable',
    lastError: outcome.summary,
    notBefore,
    nextDueAt: dueOf(record, nextTryAt({ ...record, notBefore }, options, now, random)),
  };
}

/** A connection that needs a reconnect is tried again only at its own times. */
function definitelyUnanswered(
  record: ConnectionRecord,
  outcome: Unanswered,
  circumstances: Circumstances,
): ConnectionState {
  const next = troubled({ ...record, attemptOpen: false }, record, outcome, circumstances);
  if (record.status !== 'reconnect_required') return next;
  return { ...next, notBefore: null, nextDueAt: lookAgainAt(record, circumstances.now) };
}

/** A refresh returned another org's pair, which must never be served for this org. */
export function orgChanged(record: ConnectionRecord, circumstances: Circumstances): ConnectionState {
  return reconnectRequired(
    record,
    'org_changed',
    'the refreshed token belongs to another org',
    circumstances,
  );
}

/** The credentials were kept for a week; now the connection can no longer be revived. */
export function credentialsErased(record: ConnectionRecord): ConnectionState {
  return { ...record, attemptOpen: false, nextDueAt: null, notBefore: null };
}

/** The browser landed or the service confirmed: the stored grant is served from now on. */
export function activated(
  record: ConnectionRecord,
  { options, now, random }: Circumstances,
): ConnectionState {
  return { ...record, status: 'connected', reason: null, nextDueAt: nextDueAt(record, options, now, random) };
}

/** Times of a new grant for the transitions. */
export function grantTimes(
  grant: Pick<DeskeraGrant, 'tokenLifeSeconds' | 'refreshTokenLifeSeconds'>,
  now: Date,
): Pick<
  ConnectionRecord,
  'issuedAt' | 'expiresAt' | 'tokenLifeSeconds' | 'refreshTokenExpiresAt' | 'badSince'
> {
  const { tokenLifeSeconds, refreshTokenLifeSeconds } = grant;
  return {
    issuedAt: now,
    tokenLifeSeconds,
    expiresAt: tokenLifeSeconds === null ? null : secondsAfter(now, tokenLifeSeconds),
    refreshTokenExpiresAt:
      refreshTokenLifeSeconds === null ? null : secondsAfter(now, refreshTokenLifeSeconds),
    badSince: null,
  };
}

export function reconnectRequired(
  record: ConnectionRecord,
  reason: StoredReason,
  lastError: string,
  { now }: Circumstances,
): ConnectionState {
  return {
    ...record,
    status: 'reconnect_required',
    reason,
    attention: null,
    badSince: record.badSince ?? now,
    attemptOpen: false,
    failureKind: null,
    lastError,
    notBefore: null,
    nextDueAt: lookAgainAt({ reason, statusSince: now }, now),
  };
}

/** The wait of `Retry-After`, at most an hour. */
function askedSeconds(outcome: Unanswered): number {
  return outcome.kind === 'passing' ? Math.min(outcome.retryAfterSeconds ?? 0, 3_600) : 0;
}

/** @param calls number of calls that the try took; the back-off grows with it */
export function troubled(
  state: ConnectionState,
  record: ConnectionRecord,
  outcome: Unanswered,
  { options, now, random }: Circumstances,
  calls = 1,
): ConnectionState {
  const failureKind =
    outcome.kind === 'our_fault' && outcome.reason !== 'bad_request'
      ? 'client_refused'
      : 'deskera_unavailable';
  const common = { ...state, failureKind, lastError: outcome.summary } as const;
  if (countsForNoRow(outcome)) {
    return { ...common, nextDueAt: dueOf(record, nextTryAt(record, options, now, random)) };
  }
  const consecutiveFailures = record.consecutiveFailures + 1;
  const backOff = passingBackOffSeconds(consecutiveFailures, random) * calls;
  const pause = Math.max(backOff, askedSeconds(outcome));
  const notBefore = secondsAfter(now, pause);
  return {
    ...common,
    consecutiveFailures,
    notBefore,
    nextDueAt: dueOf(record, nextTryAt({ ...record, notBefore }, options, now, random)),
  };
}

/** A connection that awaits activation is due when the activation expires, whatever else happens. */
export function dueOf(record: ConnectionRecord, dueAt: Date): Date | null {
  return record.status === 'awaiting_activation' ? record.nextDueAt : dueAt;
}

/**
 * Failures of Deskera as a whole, or of the client, which other gates hold back: they do not lengthen a row's back-
 * off.
 */
function countsForNoRow(outcome: Unanswered): boolean {
  if (outcome.kind === 'our_fault') return outcome.reason === 'client_refused';
  if (outcome.kind === 'declined') return false;
  return outcome.reason === 'not_sent' || outcome.reason === 'breaker_open';
}

function fellShort(
  record: ConnectionRecord,
  grant: DeskeraGrant,
  wantedTtlSeconds: number | null,
  now: Date,
): Pick<ConnectionState, 'minTtlBackoffCount' | 'minTtlBackoffUntil'> {
  const life = grant.tokenLifeSeconds;
  const { minTtlBackoffCount: before, minTtlBackoffUntil } = record;
  if (wantedTtlSeconds === null) return { minTtlBackoffCount: before, minTtlBackoffUntil };
  if (life === null || life >= wantedTtlSeconds) return { minTtlBackoffCount: 0, minTtlBackoffUntil: null };
  const minTtlBackoffCount = before + 1;
  return {
    minTtlBackoffCount,
    minTtlBackoffUntil: secondsAfter(now, fellShortSeconds(minTtlBackoffCount, life)),
  };
}

/** Whether both records have the same grant, by the numbers that a newer connect or refresh increments. */
export function sameGrant(a: ConnectionRecord, b: ConnectionRecord): boolean {
  return a.connectNumber === b.connectNumber && a.grantAttempt === b.grantAttempt;
}
