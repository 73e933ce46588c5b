import { sessionColumns, stateColumns } from './connect-columns.js';
import { statement } from '#database/sql';

export const createSession = statement(
  'connect_session_create',
  `INSERT INTO connect_session
     (session_sha256, link_sha256, tenant_id, api_version, api_url, redirect_uri, org_id, label, activation, expires_at,
      started_by)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(secs => $10), $11)
   RETURNING expires_at`,
);

export const findBySession = statement(
  'connect_session_find',
  `SELECT ${sessionColumns} FROM connect_session s WHERE s.session_sha256 = $1`,
);

export const findByLink = statement(
  'connect_session_find_by_link',
  `SELECT ${sessionColumns} FROM connect_session s WHERE s.link_sha256 = $1`,
);

/** So many unused `state`s of one session are kept: of a person with several tabs, and of link scanners beside that. */
const mostUnusedStates = 100;

/** The session's lock lets openings of one link go one after another. A `state` that was used is never dropped. */
export const addState = statement(
  'connect_state_add',
  `WITH opened AS (
     SELECT session_sha256 FROM connect_session
      WHERE session_sha256 = $1 AND ended_at IS NULL AND expires_at > now()
        FOR NO KEY UPDATE
   ), dropped AS (
     DELETE FROM connect_state WHERE state_sha256 IN (
       SELECT t.state_sha256 FROM connect_state t JOIN opened USING (session_sha256)
        WHERE t.consumed_at IS NULL AND t.decided_at IS NULL
        ORDER BY t.created_at DESC, t.state_sha256 OFFSET ${String(mostUnusedStates - 1)}
     ) AND consumed_at IS NULL AND decided_at IS NULL
   )
   INSERT INTO connect_state (state_sha256, session_sha256, browser_sha256)
   SELECT $2, session_sha256, $3 FROM opened
   RETURNING state_sha256`,
);

export const findState = statement(
  'connect_state_find',
  `SELECT ${stateColumns}, ${sessionColumns}
     FROM connect_state t JOIN connect_session s ON s.session_sha256 = t.session_sha256
    WHERE t.state_sha256 = $1`,
);

/** For `state`s that are most likely made up, many at a time. The callback of V2 must come from the opening's browser. */
export const unusedStates = statement(
  'connect_state_unused',
  `SELECT asked.subject
     FROM unnest($1::text[]) AS asked(subject)
     JOIN connect_state t ON t.state_sha256 = decode(split_part(asked.subject, ' ', 1), 'hex')
     JOIN connect_session s ON s.session_sha256 = t.session_sha256
    WHERE t.consumed_at IS NULL AND t.decided_at IS NULL AND s.ended_at IS NULL AND s.expires_at > now()
      AND (s.api_version = 'v1' OR encode(t.browser_sha256, 'hex') = ANY (string_to_array(asked.subject, ' ')))`,
);

/** Where connects through several browsers completed, none of them counts: which one is stored is chance. */
export const completedInBrowser = statement(
  'connect_session_completed_in_browser',
  `SELECT coalesce(bool_and(browser_sha256 = ANY ($2::bytea[])), false) AS completed
     FROM connect_state WHERE session_sha256 = $1 AND decided_at IS NOT NULL AND failure_code IS NULL`,
);

/** One row's lock decides between two callbacks at once: the second finds the first one's mark. */
export const consumeState = statement(
  'connect_state_consume',
  `UPDATE connect_state t
      SET consumed_at = clock_timestamp(), code_sha256 = $2, connect_number = nextval('connect_number_sequence')
     FROM connect_session s
    WHERE t.state_sha256 = $1 AND t.consumed_at IS NULL AND t.decided_at IS NULL
      AND s.session_sha256 = t.session_sha256 AND s.ended_at IS NULL AND s.expires_at > now()
   RETURNING t.connect_number`,
);

export const releaseState = statement(
  'connect_state_release',
  `UPDATE connect_state SET consumed_at = NULL, code_sha256 = NULL, connect_number = NULL
    WHERE state_sha256 = $1 AND connect_number = $2 AND decided_at IS NULL`,
);

/** The session keeps a connect that completed through another opening. */
export const recordFailure = statement(
  'connect_state_fail',
  `WITH failed AS (
     UPDATE connect_state SET decided_at = now(), failure_code = $3
      WHERE state_sha256 = $1 AND connect_number IS NOT DISTINCT FROM $2 AND decided_at IS NULL
     RETURNING session_sha256
   ), session AS (
     UPDATE connect_session s
        SET status = 'failed', failure_code = $3,
            ended_at = CASE WHEN $4 THEN coalesce(s.ended_at, now()) ELSE s.ended_at END
       FROM failed WHERE s.session_sha256 = failed.session_sha256 AND s.status IN ('pending', 'failed')
   )
   SELECT session_sha256 FROM failed`,
);

export const recordPutOff = statement(
  'connect_session_put_off',
  `UPDATE connect_session SET status = 'failed', failure_code = $2
    WHERE session_sha256 = $1 AND status IN ('pending', 'failed') AND ended_at IS NULL
      AND (status, failure_code) IS DISTINCT FROM ('failed', $2)`,
);

/** Part of the transaction that erases the grant. */
export const recordRefused = statement(
  'connect_session_refused',
  `UPDATE connect_session SET status = 'failed', failure_code = $2
    WHERE session_sha256 = $1 AND status = 'awaiting_activation' AND connection_id = $3 AND connect_number = $4
   RETURNING session_sha256`,
);

export const recordActivated = statement(
  'connect_session_activated',
  `UPDATE connect_session SET status = 'connected'
    WHERE session_sha256 = $1 AND connect_number = $2 AND status IN ('awaiting_activation', 'connected')
   RETURNING session_sha256`,
);

export const deleteExpired = statement(
  'connect_session_delete_expired',
  `WITH gone AS (
     DELETE FROM connect_session WHERE session_sha256 IN (
       SELECT session_sha256 FROM connect_session
        WHERE expires_at < now() - make_interval(secs => $1) ORDER BY expires_at LIMIT $2
     ) RETURNING 1
   )
   SELECT count(*)::int AS deleted FROM gone`,
);
