import { lifeBegan } from './server-life.js';

/** Parameters of a statement, such as `$7`: this process, and the times of an `AttemptRequest`. */
interface Parameters {
  readonly processId: string;
  readonly takeoverSeconds: string;
  readonly callSeconds: string;
}

/**
 * Whether the open attempt of upkeep row `u` is left to its owner: another process that may still come back to it.
 *
 * The owner is gone where the lock it held is free on the very server it was held on: another beginning of
 * its life means a restarted or another server, on which a lock that is free says nothing. A network that is cut frees the lock of a
 * living owner too: its longest call is waited for. One that can't be seen to be gone has a time of its own.
 */
export function isLeftToItsOwner(u: string, parameters: Parameters): string {
  const { processId, takeoverSeconds, callSeconds } = parameters;
  return `CASE
            WHEN NOT ${u}.attempt_open OR ${u}.attempt_process_id = ${processId} THEN false
            WHEN ${u}.attempt_until <= now() - make_interval(secs => ${takeoverSeconds}) THEN false
            WHEN ${u}.attempt_server_started_at = ${lifeBegan} AND ${u}.attempt_replica_key IS NOT NULL
                 AND ${u}.attempt_until <= now() - make_interval(secs => ${callSeconds})
            THEN EXISTS (
              SELECT FROM pg_locks l
               WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                 AND (l.classid::bigint << 32) | l.objid::bigint = ${u}.attempt_replica_key)
            ELSE true
          END`;
}
