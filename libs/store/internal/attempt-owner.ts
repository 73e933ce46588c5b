import { hasEnded, isSteady, longestLease, type EvidenceParameters } from './stored-end.js';

/** Parameters of a statement, such as `$7`: this process, the times of an `AttemptRequest`, and the clock's evidence. */
interface Parameters extends EvidenceParameters {
  readonly processId: string;
  readonly leaseSeconds: string;
  readonly takeoverSeconds: string;
  readonly callSeconds: string;
}

/**
 * Whether the open attempt of upkeep row `u` is left to its owner: another process that may still come back to it.
 *
 * The owner is gone where the lock it held is free on the very server it was held on: another start time means a
 * restarted or another server, on which a lock that is free says nothing. A network that is cut frees the lock of a
 * living owner too: its longest call is waited for. One that can't be seen to be gone has a time of its own. Both times count
 * only on a clock that has not stepped for as long: a step looks like time that has passed.
 */
export function isLeftToItsOwner(u: string, parameters: Parameters): string {
  const { processId, takeoverSeconds, callSeconds } = parameters;
  return `CASE
            WHEN NOT ${u}.attempt_open OR ${u}.attempt_process_id = ${processId} THEN false
            WHEN ${hasPassed(u, takeoverSeconds, parameters)} THEN false
            WHEN ${u}.attempt_server_started_at = pg_postmaster_start_time() AND ${u}.attempt_replica_key IS NOT NULL
                 AND ${hasPassed(u, callSeconds, parameters)}
            THEN EXISTS (
              SELECT FROM pg_locks l
               WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                 AND (l.classid::bigint << 32) | l.objid::bigint = ${u}.attempt_replica_key)
            ELSE true
          END`;
}

/** Whether so many seconds have passed since the end of the attempt's lease. */
function hasPassed(u: string, seconds: string, parameters: Parameters): string {
  const end = hasEnded(`${u}.attempt_until`, parameters, { seconds, most: longestLease });
  const length = `make_interval(secs => ${parameters.leaseSeconds} + ${seconds})`;
  return `(${end} AND ${isSteady(parameters, length)})`;
}
