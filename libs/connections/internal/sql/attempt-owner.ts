import { lifeBegan, hasEnded, isSteady, longestLease, type EvidenceParameters } from '#database/sql';

/** Parameters of a statement, such as `$7`: this process, the times of an `AttemptRequest`, and the clock's evidence. */
interface Parameters extends EvidenceParameters {
  readonly processId: string;
  readonly leaseSeconds: string;
  readonly takeoverSeconds: string;
  readonly callSeconds: string;
}

/** A session that lives asks the server for something every few seconds; one that stands still holds nothing up. */
const livelySeconds = 60;

/**
 * Marks of the processes to whose attempts somebody holds an answer: shared locks, taken under two keys, that a database
 * grants also while it refuses to write. Nothing of the row is needed, so that it is asked once in a statement.
 */
const heldAnswers = `
  SELECT lpad(to_hex(l.classid::bigint), 8, '0') || lpad(to_hex(l.objid::bigint), 8, '0') AS mark
    FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
   WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND coalesce(a.state_change > now() - interval '${String(livelySeconds)} seconds', true)`;

function answerMark(processId: string): string {
  return `left(replace(${processId}::text, '-', ''), 16)`;
}

/**
 * Whether the open attempt of upkeep row `u` is left to its owner: another process that may still come back to it.
 *
 * The owner is gone where the lock it held is free on the very server it was held on: another beginning of its
 * life means a restarted or another server, on which a lock that is free says nothing. A network that is cut frees the lock of a
 * living owner too: its longest call is waited for. One that can't be seen to be gone has a time of its own. Both times count
 * only on a clock that has not stepped for as long: a step looks like time that has passed. While somebody holds an answer to an
 * attempt of the owner, and could not store it, none of these counts.
 */
export function isLeftToItsOwner(u: string, parameters: Parameters): string {
  const { processId, takeoverSeconds, callSeconds } = parameters;
  return `CASE
            WHEN NOT ${u}.attempt_open OR ${u}.attempt_process_id = ${processId} THEN false
            WHEN ${answerMark(`${u}.attempt_process_id`)} IN (SELECT mark FROM (${heldAnswers}) held) THEN true
            WHEN ${hasPassed(u, takeoverSeconds, parameters)} THEN false
            WHEN ${u}.attempt_server_started_at = ${lifeBegan} AND ${u}.attempt_replica_key IS NOT NULL
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
