import type { ConnectionRecord, ConnectionState } from '#connections';
import { secondsBetween } from '../upkeep/due.js';

/** A refusal that could be a gateway's counts only after this number of refusals over this time. */
const fewestRefusals = 3;
const leastSecondsApart = 120;
/** Maximum time for which refusals of many connections are held back. */
const longestHoldSeconds = 6 * 3_600;
/** Time after which unclear refusals count if no other connection succeeds. */
const aloneSeconds = 24 * 3_600;

/** Evidence from other connections of the same host. */
export interface Neighbors {
  /** Whether Deskera answered another connection successfully since then. */
  readonly doWell: boolean;
  /** Whether so many connections are refused that the cause is common. */
  readonly areDeclined: boolean;
}

type Refusals = Pick<ConnectionState, 'refusedCount' | 'refusedSince'>;

/** Counts one more refusal. Refusals of a replaced grant no longer count. */
export function withRefusal(record: ConnectionRecord, now: Date): Required<Refusals> {
  const { refusedCount, refusedSince, issuedAt } = record;
  const isStale = refusedSince !== null && issuedAt !== null && refusedSince < issuedAt;
  if (refusedSince === null || isStale) return { refusedCount: 1, refusedSince: now };
  return { refusedCount: refusedCount + 1, refusedSince };
}

/** A time of the database's clock, and the seconds for which it has been observed without a step. */
export interface Moment {
  readonly now: Date;
  readonly steadySeconds: number;
}

/** Whether the words are known to be Deskera's about this grant. `foreign`: the answer held another org's pair. */
export type Words = 'known' | 'unclear' | 'foreign';

/**
 * Whether several refusals together end the grant if the token is bad too. A step of the clock does not count as time
 * between them. Every hold ends, because grants that were revoked at once must be reported in the end.
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
