import type { AdoptionDecision, ConnectionRecord, ConnectionState } from '#connections';
import type { SpooledConnect } from '#spool';
import { unansweredBackOffSeconds } from '../upkeep/back-off.js';
import { nextDueAt, secondsAfter } from '../upkeep/due.js';
import { grantTimes, type Circumstances } from '../state/transitions.js';
import { Failure } from '#kernel';

export interface AdoptionFacts {
  /** Null if this connect created the connection. */
  readonly existing: ConnectionRecord | null;
  /** Whether this connection holds the refresh token or has used it. */
  readonly known: boolean;
  readonly connect: Pick<
    SpooledConnect,
    'connectNumber' | 'activation' | 'activationSeconds' | 'word' | 'grant'
  >;
  /** By the database's clock. */
  readonly arrivedAt: Date;
}

/** Decides the effect of a connect on the existing connection. A newer connect always wins. */
export function adoptionDecision(facts: AdoptionFacts, circumstances: Circumstances): AdoptionDecision {
  const { existing, known, connect } = facts;
  if (existing !== null && existing.connectNumber > connect.connectNumber) return { kind: 'superseded' };
  if (existing !== null && existing.connectNumber === connect.connectNumber) return { kind: 'repeated' };
  const live = existing !== null && existing.status !== 'disconnected' ? existing : null;
  // A pair that is known is no newer than what is stored, or than what an attempt under way brings: only in place of a
  // grant that is dead is it worth anything, and only where its token may be good.
  const keepGrant = live !== null && known && (live.status !== 'reconnect_required' || isBad(connect));
  const next = standing(facts, live, keepGrant, circumstances);
  return { kind: 'save', keepGrant, next, event: eventOf(live, next) };
}

function standing(
  { connect, arrivedAt }: AdoptionFacts,
  live: ConnectionRecord | null,
  keepGrant: boolean,
  { options, now, random }: Circumstances,
): ConnectionState {
  // A tenant that has this very org connected learns nothing new by connecting it again: no second activation.
  const active = connect.activation === 'callback' || live?.status === 'connected';
  const unanswered = connect.word === 'invalid_unanswered' && !keepGrant;
  const bad = isBad(connect);
  const notBefore = unanswered ? secondsAfter(now, unansweredBackOffSeconds(1, random)) : null;
  const times =
    keepGrant && live !== null
      ? live
      : { ...grantTimes(connect.grant, arrivedAt), badSince: bad ? now : null };
  return {
    status: active ? 'connected' : 'awaiting_activation',
    reason: null,
    attention: keepGrant ? (live?.attention ?? null) : null,
    expiresAt: times.expiresAt,
    badSince: times.badSince,
    verifiedAt: arrivedAt,
    attemptOpen: false,
    outcomeUnknown: unanswered,
    unansweredCount: unanswered ? 1 : 0,
    consecutiveFailures: unanswered ? 1 : 0,
    failureKind: unanswered ? 'deskera_unavailable' : null,
    lastError: unanswered ? 'the first refresh has no answer' : null,
    notBefore,
    nextDueAt: active
      ? nextDueAt({ ...times, notBefore }, options, now, random)
      : secondsAfter(now, connect.activationSeconds),
    refusedCount: 0,
    refusedSince: null,
    minTtlBackoffCount: 0,
    minTtlBackoffUntil: null,
  };
}

function isBad({ word }: AdoptionFacts['connect']): boolean {
  return word === 'invalid' || word === 'invalid_unanswered';
}

function eventOf(live: ConnectionRecord | null, next: ConnectionState) {
  if (next.status === 'awaiting_activation') return { kind: 'awaiting_activation', detail: {} };
  if (live?.status === 'reconnect_required') return { kind: 'recovered', detail: { by: 'connect' } };
  return { kind: 'connected', detail: { replaced: live?.status === 'connected' } };
}

export function connectedElsewhere(): Failure {
  return new Failure(
    'org_connected_elsewhere',
    'This grant of the Deskera org is in use by another connection.',
  );
}

export function connectSuperseded(): Failure {
  return new Failure('connect_superseded', 'A newer connect or disconnect of this org came first.');
}
