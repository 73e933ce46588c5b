import type { ConnectionRecord, ConnectionState } from '#connections';
import { secondsBetween } from '../upkeep/due.js';

/** A refusal that could be a gateway's counts only where it came so often, and over so long. */
const fewestRefusals = 3;
const leastSecondsApart = 120;
/** No trouble of a gateway's that befalls many is waited out for longer. */
const longestHoldSeconds = 6 * 3_600;
/** Where no other connection does well, unclear words are told after so long. */
const aloneSeconds = 24 * 3_600;

/** What other connections of the same host say. */
export interface Neighbors {
  /** Deskera answered another one well since then. */
  readonly doWell: boolean;
  /** So many are turned down that it is no connection's own matter. */
  readonly areDeclined: boolean;
}

type Refusals = Pick<ConnectionState, 'refusedCount' | 'refusedSince'>;

/** With one more refusal now. Those of a grant that was replaced since count no more. */
export function withRefusal(record: ConnectionRecord, now: Date): Required<Refusals> {
  const { refusedCount, refusedSince, issuedAt } = record;
  const isStale = refusedSince !== null && issuedAt !== null && refusedSince < issuedAt;
  if (refusedSince === null || isStale) return { refusedCount: 1, refusedSince: now };
  return { refusedCount: refusedCount + 1, refusedSince };
}

/** A moment of the database's clock, and for how long it has been seen to go without a step. */
export interface Moment {
  readonly now: Date;
  readonly steadySeconds: number;
}

/** Whether the words are known to be Deskera's on this very grant. `foreign`: none came, but another org's pair. */
export type Words = 'known' | 'unclear' | 'foreign';

/**
 * Whether refusals that alone are no verdict may become one, should the token be bad too. A step of the clock must not pass for
 * the time between them. Every hold ends: grants that were revoked all at once must be told in the end.
 */
export function isBorneOut(
  { refusedCount, refusedSince }: Refusals,
  neighbors: Neighbors,
  { now, steadySeconds }: Moment,
  words: Words = 'unclear',
): boolean {
  if (refusedSince === null || refusedCount < fewestRefusals) return false;
  const seconds = secondsBetween(refusedSince, now);
  if (Math.min(seconds, steadySeconds) < leastSecondsApart) return false;
  const isVouchedFor = neighbors.doWell || words !== 'unclear';
  if (!isVouchedFor) return seconds >= aloneSeconds;
  return !neighbors.areDeclined || seconds >= longestHoldSeconds;
}
