import { statement } from '#database/sql';

/** Held while endpoints are counted, so that two that are made at once can't be one too many. */
export const lockEndpoints = statement(
  'webhook_endpoints_lock',
  `SELECT pg_advisory_xact_lock(x'64746202'::bigint)`,
);

export const countEndpoints = statement(
  'webhook_endpoints_count',
  `SELECT count(*)::integer AS count FROM webhook_endpoint WHERE deleted_at IS NULL`,
);

export const insertEndpoint = statement(
  'webhook_endpoint_create',
  `INSERT INTO webhook_endpoint (endpoint_id, url, events) VALUES ($1, $2, $3)`,
);

export const insertSecret = statement(
  'webhook_secret_create',
  `INSERT INTO webhook_secret (endpoint_id, number, sealed_secret) VALUES ($1, $2, $3)
   RETURNING number, created_at AS "createdAt"`,
);

export const listEndpoints = statement(
  'webhook_endpoint_list',
  `SELECT w.endpoint_id AS "endpointId", w.url, w.events, w.created_at AS "createdAt",
          w.disabled_at AS "disabledAt", w.disabled_reason AS "disabledReason",
          ARRAY(SELECT s.number FROM webhook_secret s WHERE s.endpoint_id = w.endpoint_id ORDER BY s.number) AS numbers,
          ARRAY(SELECT s.created_at FROM webhook_secret s WHERE s.endpoint_id = w.endpoint_id ORDER BY s.number) AS times
     FROM webhook_endpoint w
    WHERE w.deleted_at IS NULL AND ($1::uuid IS NULL OR w.endpoint_id = $1)
    ORDER BY w.created_at, w.endpoint_id`,
);

/** What is pending for it ends when its turn comes; the rest of it goes in small steps. */
export const removeEndpoint = statement(
  'webhook_endpoint_remove',
  `WITH removed AS (
     UPDATE webhook_endpoint SET deleted_at = now() WHERE endpoint_id = $1 AND deleted_at IS NULL RETURNING endpoint_id
   ), erased AS (
     DELETE FROM webhook_secret s USING removed WHERE s.endpoint_id = removed.endpoint_id
   )
   SELECT endpoint_id FROM removed`,
);

export const enableEndpoint = statement(
  'webhook_endpoint_enable',
  `UPDATE webhook_endpoint SET disabled_at = NULL, disabled_reason = NULL
    WHERE endpoint_id = $1 AND deleted_at IS NULL RETURNING endpoint_id`,
);

/** Secrets of an endpoint are added and removed one at a time. */
export const lockEndpoint = statement(
  'webhook_endpoint_lock',
  `SELECT last_secret_number AS "lastSecretNumber" FROM webhook_endpoint
    WHERE endpoint_id = $1 AND deleted_at IS NULL FOR UPDATE`,
);

export const secretNumbers = statement(
  'webhook_secret_numbers',
  `SELECT number FROM webhook_secret WHERE endpoint_id = $1`,
);

export const countSecretUp = statement(
  'webhook_secret_count_up',
  `UPDATE webhook_endpoint SET last_secret_number = $2 WHERE endpoint_id = $1`,
);

export const deleteSecret = statement(
  'webhook_secret_delete',
  `DELETE FROM webhook_secret WHERE endpoint_id = $1 AND number = $2`,
);
