import type { Declined, DeskeraGrant, OurFault, PassingFailure } from '#deskera';
import type { ConnectionRecord, ConnectionState, StoredReason } from '#connections';
import type { TokensOptions } from '../../options.js';
import { fellShortSeconds, passingBackOffSeconds, unansweredBackOffSeconds } from '../upkeep/back-off.js';
import { lookAgainAt, nextDueAt, nextTryAt, refreshDueNow, latest, secondsAfter } from '../upkeep/due.js';
import { isStillToCome } from '../reading/token-need.js';

/** What every transition may look at beside the record. */
export interface Circumstances {
  readonly options: TokensOptions;
  /** The database's time. */
  readonly now: Date;
  /** From [0, 1). */
  readonly random: number;
}

/** An outcome that says nothing about the token. */
export type Unanswered = Declined | OurFault | PassingFailure;

const untroubled = {
  unansweredCount: 0,
  consecutiveFailures: 0,
  failureKind: null,
  lastError: null,
  notBefore: null,
} as const;

/**
 * A refresh brought a new pair. Its times are the database's to count; here they only say when it is due.
 * @param wantedTtlSeconds the life a caller wanted, where that was the reason; null: another reason
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

/** Deskera says that the token is good: that wins over a computed expiry, which was a hint. */
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

/** A word that was asked for before a newer one says nothing against it. A good one wins over a computed expiry. */
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
 * A green check says nothing about the refresh. One that was refused or has no answer keeps its back-off; one that fails
 * otherwise may be tried at once, and goes on where its back-off was.
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

/** Deskera refuses the token: it is served no more, and a refresh is due as soon as Deskera may be asked for one. */
export function checkedInvalid(record: ConnectionRecord, { now }: Circumstances): ConnectionState {
  return { ...record, badSince: record.badSince ?? now, nextDueAt: latest(now, record.notBefore) };
}

/** Deskera could not be asked about the token, or did not say: nothing is known, so only the back-off changes. */
export function checkUnanswered(
  record: ConnectionRecord,
  outcome: Unanswered,
  circumstances: Circumstances,
): ConnectionState {
  return troubled({ ...record }, record, outcome, circumstances);
}

/** A sending ended without a grant and without a refusal of the token; without a definite answer it stays open. */
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

/** One that was given up already is looked at again at its own times alone. */
function definitelyUnanswered(
  record: ConnectionRecord,
  outcome: Unanswered,
  circumstances: Circumstances,
): ConnectionState {
  const next = troubled({ ...record, attemptOpen: false }, record, outcome, circumstances);
  if (record.status !== 'reconnect_required') return next;
  return { ...next, notBefore: null, nextDueAt: lookAgainAt(record, circumstances.now) };
}

/** A refresh came back for another org: its tokens must never be served for this one. */
export function orgChanged(record: ConnectionRecord, circumstances: Circumstances): ConnectionState {
  return reconnectRequired(
    record,
    'org_changed',
    'the refreshed token belongs to another org',
    circumstances,
  );
}

/** After a week nothing revives the connection any more. */
export function credentialsErased(record: ConnectionRecord): ConnectionState {
  return { ...record, attemptOpen: false, nextDueAt: null, notBefore: null };
}

/** The browser landed, or the service confirmed: the stored grant is served from now on. */
export function activated(
  record: ConnectionRecord,
  { options, now, random }: Circumstances,
): ConnectionState {
  return { ...record, status: 'connected', reason: null, nextDueAt: nextDueAt(record, options, now, random) };
}

/** Times of a grant that arrived just now, as the pure part needs them. */
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

/** What `Retry-After` asks for, at most an hour of it. */
function askedSeconds(outcome: Unanswered): number {
  return outcome.kind === 'passing' ? Math.min(outcome.retryAfterSeconds ?? 0, 3_600) : 0;
}

/** @param calls to Deskera that it took: so much rarer is it tried */
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

/** What awaits its activation is due when that is given up, whatever else becomes of it. */
export function dueOf(record: ConnectionRecord, dueAt: Date): Date | null {
  return record.status === 'awaiting_activation' ? record.nextDueAt : dueAt;
}

/** Trouble of all of Deskera or of our client, which other gates hold back: it lengthens no row's own back-off. */
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

/** Whether both show the same grant: by its numbers, which a newer connect and a newer refresh raise. */
export function sameGrant(a: ConnectionRecord, b: ConnectionRecord): boolean {
  return a.connectNumber === b.connectNumber && a.grantAttempt === b.grantAttempt;
}
