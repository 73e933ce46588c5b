import { announcing } from './announcement.js';
import { withSpent } from './spent-refresh-tokens.js';
import { stateFrom, troubleAssignments } from './state-columns.js';
import { statement } from './statement.js';

/**
 * The save rule of a refresh: its connect is the newest, and no newer attempt brought a grant. A newer attempt that is
 * still open stays open, under its own lease. What expires is counted from the answer's arrival by this clock. The row
 * decides on the status: who activated it meanwhile has activated it, and one that was given up is checked at once.
 */
export const saveRefreshStatement = statement(
  'refresh_save',
  `WITH seen AS MATERIALIZED (
     SELECT c.connection_id, n.status, n.reason, n.attention,
            coalesce($17::text, n.org_name) IS DISTINCT FROM n.org_name AS is_renamed
       FROM credential c
       JOIN connection_upkeep u ON u.connection_id = c.connection_id
       JOIN connection n ON n.connection_id = c.connection_id
      WHERE c.connection_id = $1 AND c.connect_number = $2 AND c.grant_attempt < $3
        FOR NO KEY UPDATE OF c, u, n
   ), saved AS (
     UPDATE credential c
        SET grant_attempt = $3, sealed_token = $4, sealed_refresh_token = $5, fingerprint = $6,
            spent_refresh_token_sha256 = ${withSpent('c')},
            refresh_token_sha256 = $7, token_life_seconds = $8,
            issued_at = now() - make_interval(secs => $10),
            expires_at = now() - make_interval(secs => $10) + make_interval(secs => $8),
            refresh_token_expires_at = now() - make_interval(secs => $10) + make_interval(secs => $9),
            verified_at = now() - make_interval(secs => $11),
            bad_since = NULL
       FROM seen WHERE c.connection_id = seen.connection_id
     RETURNING c.connection_id, seen.status
   ), saved_upkeep AS (
     UPDATE connection_upkeep u
        SET state_version = u.state_version + 1,
            attempt_open = u.attempt_open AND u.attempt <> $3,
            outcome_unknown = u.outcome_unknown AND u.attempt <> $3,
            lease_until = CASE WHEN u.lease_id = $13 THEN least(u.lease_until, now()) ELSE u.lease_until END,
            lease_id = nullif(u.lease_id, $13),
            ${troubleAssignments},
            next_due_at = CASE saved.status WHEN 'awaiting_activation' THEN u.next_due_at
                                            WHEN 'reconnect_required' THEN now()
                                            ELSE s.next_due_at END
       FROM saved, ${stateFrom('$12')}
      WHERE u.connection_id = saved.connection_id
   ), saved_connection AS (
     UPDATE connection n
        SET status = CASE seen.status WHEN 'awaiting_activation' THEN seen.status ELSE 'connected' END,
            reason = NULL, attention = NULL, org_name = coalesce($17::text, n.org_name),
            status_since = CASE seen.status WHEN 'reconnect_required' THEN now() ELSE n.status_since END
       FROM seen
      WHERE n.connection_id = seen.connection_id
        AND (seen.status = 'reconnect_required' OR seen.reason IS NOT NULL OR seen.attention IS NOT NULL
             OR seen.is_renamed)
   ), kept_event AS (
     INSERT INTO connection_event (connection_id, kind, detail)
     SELECT seen.connection_id, CASE WHEN seen.status = 'reconnect_required' THEN 'recovered' ELSE $14 END, $15::jsonb
       FROM seen
     UNION ALL
     SELECT seen.connection_id, 'org_renamed', jsonb_build_object('name', $17::text) FROM seen WHERE is_renamed
   ), published AS (
     INSERT INTO change (subject) SELECT 'tenant:' || $16 FROM saved
   ), told AS (
     SELECT connection_id, 'connection.recovered' AS type, $15::jsonb AS detail
       FROM seen WHERE status = 'reconnect_required'
   ), ${announcing('told')}
   SELECT connection_id FROM saved`,
);
