import { statement } from '#database/sql';

/** Only what is due, of an endpoint that is there: anything else was moved on since its job was made. */
export const dueDeliveries = statement(
  'webhook_delivery_due',
  `SELECT d.delivery_id AS "deliveryId", d.endpoint_id AS "endpointId", w.url, d.attempts,
          d.round_attempts AS "roundAttempts",
          extract(epoch FROM now() - d.round_started_at)::double precision AS "roundSeconds",
          ARRAY(SELECT s.number FROM webhook_secret s WHERE s.endpoint_id = w.endpoint_id ORDER BY s.number DESC) AS numbers,
          ARRAY(SELECT s.sealed_secret FROM webhook_secret s
                 WHERE s.endpoint_id = w.endpoint_id ORDER BY s.number DESC) AS sealed,
          e.event_id AS "eventId", e.type, e.at, e.tenant_id AS "tenantId", e.connection_id AS "connectionId",
          e.org_id AS "orgId", e.org_name AS "orgName", e.number, e.detail
     FROM webhook_delivery d
     JOIN webhook_endpoint w ON w.endpoint_id = d.endpoint_id AND w.deleted_at IS NULL AND w.disabled_at IS NULL
     JOIN webhook_event e ON e.event_id = d.event_id
    WHERE d.delivery_id = ANY ($1::uuid[]) AND d.status = 'pending' AND NOT d.waits AND d.next_attempt_at <= now()`,
);

/** Made in the moment in which its endpoint was disabled or deleted: nobody else would end it. */
export const parkPointless = statement(
  'webhook_delivery_park_pointless',
  `UPDATE webhook_delivery d
      SET status = 'parked', waits = false, next_attempt_at = NULL, last_error = coalesce(last_error, 'endpoint_disabled')
     FROM webhook_endpoint w
    WHERE d.delivery_id = ANY ($1::uuid[]) AND d.status = 'pending' AND w.endpoint_id = d.endpoint_id
      AND (w.disabled_at IS NOT NULL OR w.deleted_at IS NOT NULL)`,
);

/**
 * A word on a try is kept only where nobody else's came first. Rows are locked in the order in which the relay locks
 * predecessors, so that neither waits for the other.
 */
export const concludeTries = statement(
  'webhook_delivery_conclude',
  `WITH tried AS (
     SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::integer[], $5::text[], $6::double precision[])
                AS t(delivery_id, attempts, status, last_status, last_error, after_seconds)
   ), locked AS MATERIALIZED (
     SELECT delivery_id FROM webhook_delivery WHERE delivery_id = ANY ($1::uuid[])
      ORDER BY delivery_id FOR NO KEY UPDATE
   )
   UPDATE webhook_delivery d
      SET status = t.status, attempts = d.attempts + 1, round_attempts = d.round_attempts + 1,
          last_attempt_at = now(), last_status = t.last_status, last_error = t.last_error,
          next_attempt_at = now() + make_interval(secs => t.after_seconds),
          delivered_at = CASE WHEN t.status = 'delivered' THEN now() END
     FROM tried t JOIN locked l USING (delivery_id)
    WHERE d.delivery_id = l.delivery_id AND d.attempts = t.attempts AND d.status = 'pending'
   RETURNING d.delivery_id AS "deliveryId", d.endpoint_id AS "endpointId", d.connection_id AS "connectionId", d.number,
             d.status = 'pending' AND NOT d.redelivery AND d.attempts < 3 AS "inTheWay"`,
);

/** A statement of its own: it has to see what was relayed while the one before waited for the row. */
const wakeText = (wait: '' | 'NOWAIT'): string => `WITH successor AS (
     SELECT s.delivery_id
       FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) AS c(endpoint_id, connection_id, number), LATERAL (
         SELECT n.delivery_id FROM webhook_delivery n
          WHERE n.endpoint_id = c.endpoint_id AND n.connection_id = c.connection_id AND n.number > c.number
          ORDER BY n.number LIMIT 1
       ) s
   ), locked AS MATERIALIZED (
     SELECT delivery_id FROM webhook_delivery
      WHERE waits AND delivery_id IN (SELECT delivery_id FROM successor) FOR NO KEY UPDATE ${wait}
   )
   UPDATE webhook_delivery d SET waits = false FROM locked l WHERE d.delivery_id = l.delivery_id AND d.waits
   RETURNING d.delivery_id AS "deliveryId", d.endpoint_id AS "endpointId"`;

export const wakeSuccessors = statement('webhook_delivery_wake', wakeText(''));

/**
 * For whoever has locked several: the relay may hold a successor, as the predecessor of a further one, and wait for one of
 * those.
 */
export const wakeSuccessorsAtOnce = statement('webhook_delivery_wake_at_once', wakeText('NOWAIT'));

export const disableEndpoint = statement(
  'webhook_endpoint_disable',
  `UPDATE webhook_endpoint SET disabled_at = now(), disabled_reason = 'gone'
    WHERE endpoint_id = $1 AND disabled_at IS NULL`,
);

export const parkPending = statement(
  'webhook_delivery_park',
  `UPDATE webhook_delivery
      SET status = 'parked', waits = false, next_attempt_at = NULL, last_error = coalesce(last_error, 'endpoint_disabled')
    WHERE endpoint_id = $1 AND status = 'pending'`,
);

const logColumns = `d.delivery_id AS "deliveryId", d.event_id AS "eventId", e.type, d.connection_id AS "connectionId",
          e.tenant_id AS "tenantId", d.number, d.status, d.attempts, d.last_status AS "lastStatus",
          d.last_error AS "lastError", d.last_attempt_at AS "lastAttemptAt",
          CASE WHEN NOT d.waits THEN d.next_attempt_at END AS "nextAttemptAt",
          d.delivered_at AS "deliveredAt", d.created_at AS "createdAt", d.created_at::text AS "createdAtText"`;

export const deliveryLog = statement(
  'webhook_delivery_log',
  `SELECT ${logColumns}
     FROM webhook_delivery d JOIN webhook_event e ON e.event_id = d.event_id
    WHERE d.endpoint_id = $1 AND ($2::text IS NULL OR d.status = $2)
      AND ($3::timestamptz IS NULL OR (d.created_at, d.delivery_id) < ($3, $4))
    ORDER BY d.created_at DESC, d.delivery_id DESC LIMIT $5`,
);

export const lockForRedelivery = statement(
  'webhook_redeliver_lock',
  `SELECT endpoint_id AS "endpointId", disabled_at IS NOT NULL AS disabled FROM webhook_endpoint
    WHERE endpoint_id = coalesce($1, (SELECT endpoint_id FROM webhook_delivery WHERE delivery_id = $2))
      AND deleted_at IS NULL FOR SHARE`,
);

/** It goes beside the order: what came after it was delivered long ago, most likely. */
export const redeliver = statement(
  'webhook_redeliver',
  `UPDATE webhook_delivery
      SET status = 'pending', waits = false, redelivery = true, round_attempts = 0, round_started_at = now(),
          next_attempt_at = now(), delivered_at = NULL
    WHERE endpoint_id = $1 AND delivery_id = $2
   RETURNING connection_id AS "connectionId", number`,
);
