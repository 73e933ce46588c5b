/** Parameters, such as `$7`, that hold a `ClockEvidence`. */
export interface EvidenceParameters {
  readonly latest: string;
  readonly steadySince: string;
}

/**
 * No lease, attempt or claim lasts longer at the largest `DESKERA_TIMEOUT_SECONDS`: an end that is farther away was stored before
 * the clock was set back. It is not this replica's own length, because another may run with another setting.
 */
const longest = `interval '30 minutes'`;
/** A lease is shorter than a claim. */
export const longestLease = `interval '10 minutes'`;

/** Twice what `ClockContinuity` tolerates, and something for a long silence: a clock that is farther back has been set. */
const slack = `interval '15 seconds'`;

/**
 * Whether a stored end has passed, or has for so many seconds. The database's clock alone does not say so: it may have
 * stepped since the end was stored.
 * @param end an expression that is not null
 */
export function hasEnded(
  end: string,
  evidence: EvidenceParameters,
  { seconds = '0', most = longest }: { readonly seconds?: string; readonly most?: string } = {},
): string {
  return `(${end} <= least(now(), ${evidence.latest}::timestamptz) - make_interval(secs => ${seconds})
            OR (${end} > now() + ${most} AND ${isSteady(evidence, most)}))`;
}

/** Whether the clock has been without a step for so long, and still is. */
export function isSteady({ latest, steadySince }: EvidenceParameters, length: string): string {
  return `(${steadySince}::timestamptz <= now() - ${length} AND now() >= ${latest}::timestamptz - ${slack}) IS TRUE`;
}
