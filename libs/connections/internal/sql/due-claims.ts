import { isLeftToItsOwner } from './attempt-owner.js';
import { recordColumns } from './connection-columns.js';
import { leaseIsFree } from './lease-state.js';
import { statement } from '#database/sql';

/** A row whose attempt nobody but its owner may take over is its owner's to claim: others would only hold it up. */
const evidence = { latest: '$6', steadySince: '$7' };
const mayBeClaimed = `d.next_due_at <= now() AND ${leaseIsFree('d', evidence)}
        AND NOT ${isLeftToItsOwner('d', { processId: '$3', leaseSeconds: '$2', takeoverSeconds: '$5', callSeconds: '$4', ...evidence })}`;

/**
 * What `due` holds is leased for `$2` seconds. Nothing waits for the disk here, and no slot with it: a lease that a crash of
 * the server forgets is a free one, and the attempt that is opened under it is on disk before anything is sent.
 */
const leaseThem = `, unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
   UPDATE connection_upkeep u
      SET lease_id = gen_random_uuid(), lease_until = now() + make_interval(secs => $2)
     FROM due, unhurried, connection n, credential c
    WHERE u.connection_id = due.connection_id AND n.connection_id = due.connection_id
      AND c.connection_id = due.connection_id
   RETURNING ${recordColumns}, u.lease_id`;

/**
 * More are never claimed at once. It stands in the statement so that one plan does for all: a limit that is a parameter
 * counts as a tenth of all rows, for which PostgreSQL would read the other tables as a whole.
 */
const atMost = 50;

export const claimDue = statement(
  'lease_claim_due',
  `WITH due AS MATERIALIZED (
     SELECT first.connection_id
       FROM (SELECT d.connection_id FROM connection_upkeep d
              WHERE ${mayBeClaimed}
              ORDER BY d.next_due_at
              LIMIT $1
              FOR UPDATE OF d SKIP LOCKED) first
      LIMIT ${String(atMost)}
   )${leaseThem}`,
);

/**
 * Of all API hosts but `$8`. Everything may be due at one that is away: what is due is looked up host by host, and the hosts
 * themselves, which are few, by one step into the index each.
 */
export const claimDueElsewhere = statement(
  'lease_claim_due_elsewhere',
  `WITH RECURSIVE host AS (
     (SELECT h.api_url FROM connection_upkeep h WHERE h.next_due_at IS NOT NULL ORDER BY h.api_url LIMIT 1)
     UNION ALL
     SELECT (SELECT h.api_url FROM connection_upkeep h
              WHERE h.next_due_at IS NOT NULL AND h.api_url > host.api_url ORDER BY h.api_url LIMIT 1)
       FROM host WHERE host.api_url IS NOT NULL
   ), due AS MATERIALIZED (
     SELECT first.connection_id
       FROM (SELECT of_host.connection_id
               FROM host CROSS JOIN LATERAL (
                 SELECT d.connection_id, d.next_due_at FROM connection_upkeep d
                  WHERE d.api_url = host.api_url AND ${mayBeClaimed}
                  ORDER BY d.next_due_at
                  LIMIT $1
                  FOR UPDATE OF d SKIP LOCKED) of_host
              WHERE host.api_url <> ALL ($8::text[])
              ORDER BY of_host.next_due_at
              LIMIT $1) first
      LIMIT ${String(atMost)}
   )${leaseThem}`,
);
