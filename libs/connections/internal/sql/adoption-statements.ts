import { announcing } from './announcement.js';
import { drawingAbove } from './connect-numbers.js';
import { recordColumns, recordTables } from './connection-columns.js';
import { withSpent } from './spent-refresh-tokens.js';
import { stateFrom, upkeepAssignments } from './state-columns.js';
import { hasEnded, statement } from '#database/sql';

export const claimPair = statement(
  'adoption_claim',
  `INSERT INTO adoption_claim AS a (refresh_token_sha256, claim_id, claimed_until)
   VALUES ($1, $2, now() + make_interval(secs => $3))
   ON CONFLICT (refresh_token_sha256)
   DO UPDATE SET claim_id = excluded.claim_id, claimed_until = excluded.claimed_until
    WHERE ${hasEnded('a.claimed_until', { latest: '$4', steadySince: '$5' })}
   RETURNING claim_id`,
);

export const endPairClaim = statement(
  'adoption_claim_end',
  `DELETE FROM adoption_claim WHERE refresh_token_sha256 = $1 AND claim_id = $2`,
);

export const holderOfRefreshToken = statement(
  'adoption_holder',
  `SELECT n.tenant_id = $2 AND n.org_id IS NOT DISTINCT FROM $3 AS "ours"
     FROM credential c JOIN connection n ON n.connection_id = c.connection_id
    WHERE c.refresh_token_sha256 = $1`,
);

/** Who may spend a refresh token that was handed over: the connection that holds it, or the tenant's that has spent it. */
export const ownerOfRefreshToken = statement(
  'adoption_owner',
  `SELECT n.connection_id AS "connectionId", n.tenant_id = $2 AND n.org_id IS NOT DISTINCT FROM $3 AS "ours"
     FROM credential c JOIN connection n ON n.connection_id = c.connection_id
    WHERE c.refresh_token_sha256 = $1
   UNION ALL
   SELECT n.connection_id, true
     FROM connection n JOIN credential c ON c.connection_id = n.connection_id
    WHERE n.tenant_id = $2 AND n.org_id IS NOT DISTINCT FROM $3 AND $1 = ANY (c.spent_refresh_token_sha256)`,
);

export const drawAbove = statement(
  'adoption_draw_above',
  `SELECT max(nextval('connect_number_sequence')) FROM ${drawingAbove('$1')}`,
);

/** A connection is born disconnected with the number 0: every connect is newer. */
export const createConnection = statement(
  'adoption_create_connection',
  `WITH created AS (
     INSERT INTO connection (connection_id, tenant_id, org_id, api_version, api_url, status)
     VALUES ($1, $2, $3, $4, $5, 'disconnected')
     ON CONFLICT (tenant_id, org_id) DO NOTHING
     RETURNING connection_id
   ), with_credential AS (
     INSERT INTO credential (connection_id, connect_number) SELECT connection_id, 0 FROM created
   ), with_upkeep AS (
     INSERT INTO connection_upkeep (connection_id) SELECT connection_id FROM created
   )
   SELECT connection_id FROM created`,
);

export const lockForAdoption = statement(
  'adoption_lock',
  `SELECT ${recordColumns},
          coalesce(c.refresh_token_sha256 = $3 OR $3 = ANY (c.spent_refresh_token_sha256), false) AS known,
          (SELECT last_value FROM connect_number_sequence) AS drawn
     FROM ${recordTables}
    WHERE n.tenant_id = $1 AND n.org_id IS NOT DISTINCT FROM $2
      FOR UPDATE OF c, u, n`,
);

/** Asked under the row's lock: a connect that kept the stored grant leaves no number by which it would be known. */
export const isStoredAlready = statement(
  'adoption_stored_already',
  `SELECT FROM connect_state WHERE state_sha256 = $1 AND decided_at IS NOT NULL AND failure_code IS NULL`,
);

export const adoptGrant = statement(
  'adoption_save_grant',
  `UPDATE credential
      SET connect_number = $2, grant_attempt = 0, sealed_token = $3, sealed_refresh_token = $4, fingerprint = $5,
          spent_refresh_token_sha256 = ${withSpent('credential')} || array_remove(ARRAY[$12::bytea], NULL),
          refresh_token_sha256 = $6, token_life_seconds = $7,
          issued_at = now() - make_interval(secs => $9),
          expires_at = now() - make_interval(secs => $9) + make_interval(secs => $7),
          refresh_token_expires_at = now() - make_interval(secs => $9) + make_interval(secs => $8),
          verified_at = now() - make_interval(secs => $10),
          bad_since = $11
    WHERE connection_id = $1`,
);

/** Attempts of the grant that is replaced count no more; the counter goes on, so that theirs are recognised. */
export const adoptUpkeep = statement(
  'adoption_save_upkeep',
  `UPDATE connection_upkeep u
      SET state_version = u.state_version + 1, attempt = u.attempt + 1, attempt_open = s.attempt_open, outcome_unknown = s.outcome_unknown,
          lease_until = least(u.lease_until, now()), lease_id = NULL, ${upkeepAssignments}
     FROM ${stateFrom('$2')}
    WHERE u.connection_id = $1`,
);

/** A grant that stays brings no times of its own: only what was not served so far is due at another time now. */
export const adoptStanding = statement(
  'adoption_save_due',
  `UPDATE connection_upkeep
      SET state_version = state_version + 1, next_due_at = CASE WHEN $3 THEN next_due_at ELSE $2 END
    WHERE connection_id = $1`,
);

export const adoptConnection = statement(
  'adoption_save_connection',
  `UPDATE connection n
      SET status = s.status, reason = s.reason, attention = s.attention, connected_at = now(),
          status_since = CASE WHEN n.status = s.status THEN n.status_since ELSE now() END,
          org_name = coalesce($3, n.org_name), email = coalesce($4, n.email), api_version = $5, api_url = $6,
          site_seal = $7
     FROM ${stateFrom('$2')}
    WHERE n.connection_id = $1`,
);

export const publishAdoption = statement(
  'adoption_publish',
  `WITH kept_event AS (
     INSERT INTO connection_event (connection_id, kind, detail)
     SELECT $1, $2, $3::jsonb || jsonb_strip_nulls(jsonb_build_object('actor', (
              SELECT s.started_by FROM connect_session s WHERE s.session_sha256 = $6)))
   ), told AS (
     SELECT $1::uuid AS connection_id, $5::text AS type, $3::jsonb AS detail WHERE $5::text IS NOT NULL
   ), ${announcing('told')}
   INSERT INTO change (subject) VALUES ('tenant:' || $4)`,
);

/** The session and its `state` learn the outcome in the transaction that stores the grant. */
export const recordSessionOutcome = statement(
  'adoption_record_outcome',
  `WITH decided AS (
     UPDATE connect_state SET decided_at = now(), failure_code = NULL WHERE state_sha256 = $2
   )
   UPDATE connect_session
      SET status = CASE WHEN $5 = 'connected' THEN 'connected' ELSE 'awaiting_activation' END,
          failure_code = NULL, connection_id = $3, connect_number = $4, ended_at = now()
    WHERE session_sha256 = $1`,
);
