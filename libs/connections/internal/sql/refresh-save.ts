import { announcing } from './announcement.js';
import { drawingAbove } from './connect-numbers.js';
import { withSpent } from './spent-refresh-tokens.js';
import { stateFrom, troubleAssignments } from './state-columns.js';
import { statement } from '#database/sql';

/** The row's attempt is the one that brought the grant, or one of a connect that it replaces. */
const isOver = `saved.replaces_connect
              OR (u.attempt = $3
                  AND ($17::uuid IS NULL OR u.attempt_process_id IS NULL OR u.attempt_process_id = $17))`;

/**
 * The save rule of a refresh: its connect is the newest, and no newer attempt brought a grant. Numbers that are ahead of
 * the row's come from before a failover that lost commits: they are the newer ones, and the row goes on from them. A
 * disconnected row takes nothing: after a failover its number may be one that was drawn before. An attempt that is
 * still open stays open, under its own lease, unless it is the one that brought the grant: the same number may have been
 * given to another process's attempt after a failover. What expires is counted from the answer's arrival by this clock. The row
 * decides on the status: who activated it meanwhile has activated it, and one that was given up is checked at once.
 */
export const saveRefreshStatement = statement(
  'refresh_save',
  `WITH seen AS MATERIALIZED (
     SELECT c.connection_id, c.connect_number < $2 AS replaces_connect, n.status, n.reason, n.attention,
            coalesce($18::text, n.org_name) IS DISTINCT FROM n.org_name AS is_renamed
       FROM credential c
       JOIN connection_upkeep u ON u.connection_id = c.connection_id
       JOIN connection n ON n.connection_id = c.connection_id
      WHERE c.connection_id = $1 AND n.status <> 'disconnected'
        AND (c.connect_number < $2 OR (c.connect_number = $2 AND c.grant_attempt < $3))
        FOR NO KEY UPDATE OF c, u, n
   ), saved AS (
     UPDATE credential c
        SET connect_number = $2, grant_attempt = $3, sealed_token = $4, sealed_refresh_token = $5, fingerprint = $6,
            spent_refresh_token_sha256 = ${withSpent('c')},
            refresh_token_sha256 = $7, token_life_seconds = $8,
            issued_at = now() - make_interval(secs => $10),
            expires_at = now() - make_interval(secs => $10) + make_interval(secs => $8),
            refresh_token_expires_at = now() - make_interval(secs => $10) + make_interval(secs => $9),
            verified_at = now() - make_interval(secs => $11),
            bad_since = NULL
       FROM seen WHERE c.connection_id = seen.connection_id
     RETURNING c.connection_id, seen.status, seen.replaces_connect
   ), drawn AS MATERIALIZED (
     SELECT max(nextval('connect_number_sequence')) FROM saved, ${drawingAbove('$2')} AND saved.replaces_connect
   ), saved_upkeep AS (
     UPDATE connection_upkeep u
        SET state_version = u.state_version + 1,
            attempt = greatest(u.attempt, $3),
            attempt_open = u.attempt_open AND NOT (${isOver}),
            outcome_unknown = u.outcome_unknown AND NOT (${isOver}),
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
            reason = NULL, attention = NULL, org_name = coalesce($18::text, n.org_name),
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
     SELECT seen.connection_id, 'org_renamed', jsonb_build_object('name', $18::text) FROM seen WHERE is_renamed
   ), published AS (
     INSERT INTO change (subject) SELECT 'tenant:' || $16 FROM saved
   ), told AS (
     SELECT connection_id, 'connection.recovered' AS type, $15::jsonb AS detail
       FROM seen WHERE status = 'reconnect_required'
   ), ${announcing('told')}
   SELECT saved.connection_id FROM saved, drawn`,
);
