import { hasEnded, longestLease, type EvidenceParameters } from '#database/sql';

/** Whether nobody holds the lease of upkeep row `u`. One that was given back has no id any more, whatever its end. */
export function leaseIsFree(u: string, evidence: EvidenceParameters): string {
  return `(${u}.lease_id IS NULL OR ${u}.lease_until IS NULL OR ${hasEnded(`${u}.lease_until`, evidence, { most: longestLease })})`;
}

/** The same as far as a read can tell, which knows nothing of the clock's past. */
export function isLeased(u: string): string {
  return `(${u}.lease_id IS NOT NULL AND ${u}.lease_until > now()
     AND ${u}.lease_until <= now() + ${longestLease}) IS TRUE`;
}
