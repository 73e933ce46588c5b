import type { DeskeraGrant } from '#deskera';
import type { Secret } from '#kernel';
import type { ConnectionRecord, ConnectionState } from '#connections';
import type { FirstWord } from '#spool';
import { passingBackOffSeconds } from '../upkeep/back-off.js';
import { nextTryAt, secondsAfter, secondsBetween } from '../upkeep/due.js';
import { checkedValid, type Circumstances } from '../state/transitions.js';

/** What a refresh handed over, as it is to be stored. */
export interface HandedOver {
  readonly grant: DeskeraGrant;
  /** The token may be dead: it is stored as expired until Deskera calls it good. */
  readonly isDoubtful: boolean;
}

/** Longer than the question to Deskera that decides about a doubtful token. */
const shortestDoubtSeconds = 15;

/**
 * A refresh may bring the token that is stored already. That token is no younger than it was: its known expiry stays, and
 * what was known against it still holds.
 */
export function handedOver(record: ConnectionRecord, grant: DeskeraGrant, now: Date): HandedOver {
  const isStored = grant.token.fingerprint() === record.fingerprint;
  if (!isStored) return { grant, isDoubtful: grant.tokenIsPast === true };
  const known = record.expiresAt === null ? null : secondsBetween(now, record.expiresAt);
  const left = smaller(grant.tokenLifeSeconds, known);
  const isDoubtful = grant.tokenIsPast === true || record.badSince !== null || (left !== null && left <= 0);
  return { grant: { ...grant, tokenLifeSeconds: left }, isDoubtful };
}

/** A pair for another org than the one it was asked for: it must never be served in its place. */
export function isOfAnotherOrg(
  brought: Pick<DeskeraGrant, 'orgId'>,
  { orgId }: { readonly orgId: string | null },
): boolean {
  return brought.orgId !== null && orgId !== null && brought.orgId !== orgId;
}

/**
 * What is known of the token that a new connection's refresh token was traded for.
 * @param refusedToken what Deskera refused a moment ago: the same token again is no better; null: none was
 */
export function wordOfTraded({ token, tokenIsPast }: DeskeraGrant, refusedToken: Secret | null): FirstWord {
  const isRefused = token.fingerprint() === refusedToken?.fingerprint();
  return isRefused || tokenIsPast === true ? 'invalid' : 'valid';
}

/**
 * The pair is stored, and the connection is in trouble all the same: nothing is refreshed again before the back-off, which
 * grows where it happens again.
 */
export function storedInTrouble(
  next: ConnectionState,
  { consecutiveFailures: before }: ConnectionRecord,
  lastError: string,
  { options, now, random }: Circumstances,
): ConnectionState {
  const consecutiveFailures = before + 1;
  const pause = Math.max(passingBackOffSeconds(consecutiveFailures, random), shortestDoubtSeconds);
  const notBefore = secondsAfter(now, pause);
  const common = { consecutiveFailures, failureKind: 'deskera_unavailable', lastError, notBefore } as const;
  const due = { badSince: next.badSince, expiresAt: next.expiresAt, notBefore };
  return { ...next, ...common, nextDueAt: nextTryAt(due, options, now, random) };
}

/** A doubtful token is stored with no life at all; nobody is handed it then. */
export function withoutLife(grant: DeskeraGrant): DeskeraGrant {
  return { ...grant, tokenLifeSeconds: 0 };
}

/**
 * Deskera calls a doubtful token good, so the clock behind its `exp` differs from the clock behind the answer.
 * @param lifeSeconds of a fresh token; null where its expiry is not known
 */
export function doubtRemoved(
  record: ConnectionRecord,
  sentAt: Date,
  lifeSeconds: number | null,
  circumstances: Circumstances,
): ConnectionState {
  const untroubled = { ...record, notBefore: null, failureKind: null, lastError: null };
  const expiresAt = lifeSeconds === null ? null : secondsAfter(sentAt, lifeSeconds);
  return checkedValid({ ...untroubled, consecutiveFailures: 0, expiresAt }, sentAt, circumstances);
}

/** Deskera refuses the token that it has just handed over: its back-off stands. */
export function doubtConfirmed(record: ConnectionRecord, { now }: Circumstances): ConnectionState {
  return { ...record, badSince: record.badSince ?? now };
}

function smaller(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
