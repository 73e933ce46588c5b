import type { ConnectionRecord } from '#connections';

/** Whether both show the same grant: by its numbers, which a newer connect and a newer refresh raise. */
export function sameGrant(a: ConnectionRecord, b: ConnectionRecord): boolean {
  return a.connectNumber === b.connectNumber && a.grantAttempt === b.grantAttempt;
}
