import type { ConnectionRecord, ConnectionState, StoredReason } from '#connections';
import { passingBackOffSeconds } from '../upkeep/back-off.js';
import { lookAgainAt, nextDueAt, secondsAfter } from '../upkeep/due.js';
import { withRefusal } from '../refreshing/refusal-evidence.js';
import {
  calledGood,
  reconnectRequired,
  troubled,
  type Circumstances,
  type Unanswered,
  dueOf,
} from './transitions.js';

/**
 * The refresh was refused while the token is good: the token is served and checked while it lives, and the refresh is
 * retried, finally once an hour.
 */
export function refusedWhileGood(
  record: ConnectionRecord,
  summary: string,
  sentAt: Date,
  circumstances: Circumstances,
): ConnectionState {
  const { options, now, random } = circumstances;
  const consecutiveFailures = record.consecutiveFailures + 1;
  const pause = passingBackOffSeconds(consecutiveFailures, random);
  const state: ConnectionState = {
    ...record,
    ...withRefusal(record, now),
    attemptOpen: false,
    attention: 'cannot_be_refreshed',
    ...calledGood(record, sentAt, now),
    consecutiveFailures,
    failureKind: null,
    lastError: summary,
    notBefore: secondsAfter(now, Math.max(pause, 1)),
  };
  return { ...state, nextDueAt: dueOf(record, nextDueAt({ ...record, ...state }, options, now, random)) };
}

/** The refresh was refused and the check had no answer: no verdict, after two calls. */
export function refusedAndUnknown(
  record: ConnectionRecord,
  outcome: Unanswered,
  circumstances: Circumstances,
): ConnectionState {
  return troubled(refusedOnceMore(record, circumstances), record, outcome, circumstances, 2);
}

/** The refresh was refused and the token is bad: the grant has ended. */
export function grantDead(
  record: ConnectionRecord,
  summary: string,
  circumstances: Circumstances,
  isOlderThanServer = false,
): ConnectionState {
  return reconnectRequired(record, deadReason(record, isOlderThanServer), summary, circumstances);
}

/** An unanswered attempt is the likelier cause than a restore: it was observed, a restore was only possible. */
function deadReason(record: ConnectionRecord, isOlderThanServer: boolean): StoredReason {
  if (record.outcomeUnknown) return 'refresh_outcome_lost';
  return isOlderThanServer ? 'database_restored' : 'grant_revoked';
}

/**
 * The refresh was refused without naming this grant: the row waits and is retried. Only repeated refusals over
 * minutes, while other connections succeed, are a verdict.
 */
export function refreshDeclined(
  record: ConnectionRecord,
  outcome: Unanswered,
  circumstances: Circumstances,
): ConnectionState {
  return troubled(refusedOnceMore(record, circumstances), record, outcome, circumstances);
}

/** A connection that needs a reconnect was tried again, and its refresh token is still refused. */
export function stillDead(
  record: ConnectionRecord,
  lastError: string,
  isUnclear: boolean,
  { now }: Circumstances,
): ConnectionState {
  return {
    ...record,
    attemptOpen: false,
    failureKind: isUnclear ? 'deskera_unavailable' : null,
    lastError,
    notBefore: null,
    nextDueAt: lookAgainAt(record, now),
  };
}

/** The token of a connection that needs a reconnect is good: the verdict was wrong or no longer holds. */
export function revived(
  record: ConnectionRecord,
  sentAt: Date,
  { options, now, random }: Circumstances,
): ConnectionState {
  const state: ConnectionState = {
    ...record,
    status: 'connected',
    reason: null,
    attention: null,
    ...calledGood(record, sentAt, now),
    refusedCount: 0,
    refusedSince: null,
    failureKind: null,
    lastError: null,
  };
  return { ...state, nextDueAt: dueOf(record, nextDueAt({ ...record, ...state }, options, now, random)) };
}

function refusedOnceMore(record: ConnectionRecord, { now }: Circumstances): ConnectionState {
  return { ...record, ...withRefusal(record, now), attemptOpen: false };
}
