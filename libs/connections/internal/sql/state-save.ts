import type { StateSave } from '../../connection-saves.js';
import { announcedAs } from '../../webhook-event-types.js';
import { announcing } from './announcement.js';
import { connectionUpdate, stateDocument, stateFrom, upkeepAssignments } from './state-columns.js';
import { withSpent } from './spent-refresh-tokens.js';
import { statement } from '#database/sql';

/**
 * One statement is one transaction and one round trip. `seen` locks the rows in the order that every writer uses
 * (credential, then upkeep, then connection) and looks at the version under the lock: a state is written as a whole, and a
 * stale one would open a closed attempt anew, forget a back-off, serve a known-bad token or take back an activation. A
 * failover that lost commits counts versions a second time: what a version is of is compared as well.
 */
export const saveStateStatement = statement('state_save', stateSave());

/** The same for an activation: the session is locked last, as in an adoption, and is read again under its lock. */
export const saveActivationStatement = statement(
  'state_save_activation',
  stateSave({
    join: `JOIN connect_session held ON held.session_sha256 = $15 AND held.status = 'awaiting_activation'
                                   AND held.connection_id = c.connection_id AND held.connect_number = $10`,
    lock: ', held',
    also: `, saved_session AS (
     UPDATE connect_session held SET status = 'connected' FROM seen WHERE held.session_sha256 = $15
   )`,
  }),
);

function stateSave({ join, lock, also } = { join: '', lock: '', also: '' }): string {
  return `WITH seen AS MATERIALIZED (
     SELECT c.connection_id, n.tenant_id, n.status, n.reason, n.attention
       FROM credential c
       JOIN connection_upkeep u ON u.connection_id = c.connection_id
       JOIN connection n ON n.connection_id = c.connection_id
       ${join}
      WHERE c.connection_id = $1 AND u.state_version = $2
        AND c.connect_number = $10 AND c.grant_attempt = $11 AND u.attempt = $12
        AND u.attempt_process_id IS NOT DISTINCT FROM $13 AND n.status = $14
        FOR NO KEY UPDATE OF c, u, n${lock}
   ), saved_credential AS (
     UPDATE credential c
        SET expires_at = s.expires_at, verified_at = s.verified_at, bad_since = s.bad_since,
            sealed_token = CASE WHEN $6 THEN NULL ELSE c.sealed_token END,
            sealed_refresh_token = CASE WHEN $6 THEN NULL ELSE c.sealed_refresh_token END,
            fingerprint = CASE WHEN $6 THEN NULL ELSE c.fingerprint END,
            refresh_token_sha256 = CASE WHEN $6 THEN NULL ELSE c.refresh_token_sha256 END,
            spent_refresh_token_sha256 =
              CASE WHEN $6 THEN ${withSpent('c')} ELSE c.spent_refresh_token_sha256 END
       FROM seen, ${stateFrom('$3')}
      WHERE c.connection_id = seen.connection_id
        AND ($6 OR (c.expires_at, c.verified_at, c.bad_since)
                   IS DISTINCT FROM (s.expires_at, s.verified_at, s.bad_since))
   ), saved_upkeep AS (
     UPDATE connection_upkeep u
        SET state_version = u.state_version + 1,
            attempt_open = s.attempt_open, outcome_unknown = s.outcome_unknown,
            attempt_until = CASE WHEN s.attempt_open THEN least(u.attempt_until, now()) ELSE u.attempt_until END,
            lease_until = CASE WHEN u.lease_id = $7 THEN least(u.lease_until, now()) ELSE u.lease_until END,
            lease_id = nullif(u.lease_id, $7),
            ${upkeepAssignments}
       FROM seen, ${stateFrom('$3')}
      WHERE u.connection_id = seen.connection_id
   ), saved_connection AS (
     ${connectionUpdate('seen', stateFrom('$3'))}
   ), kept_event AS (
     INSERT INTO connection_event (connection_id, kind, detail)
     SELECT connection_id, $4, $5::jsonb FROM seen WHERE $4::text IS NOT NULL
   ), published AS (
     INSERT INTO change (subject) SELECT 'tenant:' || tenant_id FROM seen WHERE $8
   ), told AS (
     SELECT connection_id, $9::text AS type, $5::jsonb AS detail FROM seen WHERE $9::text IS NOT NULL
   ), ${announcing('told')}${also}
   SELECT connection_id FROM seen`;
}

export function saveStateValues(save: StateSave): readonly unknown[] {
  const { seen, next, event, erase, lease, publish, activatedSession } = save;
  return [
    seen.connectionId,
    seen.stateVersion,
    stateDocument(next),
    event?.kind ?? null,
    JSON.stringify(event?.detail ?? {}),
    erase,
    lease?.leaseId ?? null,
    publish,
    event === null ? null : announcedAs(event.kind),
    seen.connectNumber,
    seen.grantAttempt,
    seen.attempt,
    seen.attemptProcessId,
    seen.status,
    ...(activatedSession === undefined ? [] : [activatedSession]),
  ];
}
