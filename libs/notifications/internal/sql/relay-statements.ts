import { statement } from '#database/sql';

/** The predecessor at the same endpoint has its first three tries: only those are waited for. */
const inTheWay = `p.status = 'pending' AND NOT p.redelivery AND p.attempts < 3`;

/** The delivery before `d`, of the same endpoint and connection. */
const predecessor = `LATERAL (
     SELECT p.delivery_id, p.status, p.redelivery, p.attempts FROM webhook_delivery p
      WHERE p.endpoint_id = d.endpoint_id AND p.connection_id = d.connection_id AND p.number < d.number
      ORDER BY p.number DESC LIMIT 1
   ) p`;

/**
 * One relays at a time: were two to take an event each of the same connection, the later could begin first. A process that
 * stands still in the middle of it loses the lock with its transaction.
 */
export const lockRelay = statement(
  'webhook_relay_lock',
  `SELECT pg_try_advisory_xact_lock(x'64746203'::bigint) AS held,
          set_config('idle_in_transaction_session_timeout', '10s', true)`,
);

export const relayEvents = statement(
  'webhook_relay',
  `WITH taken AS (
     SELECT event_id, connection_id, number, type FROM webhook_event
      WHERE relayed_at IS NULL ORDER BY at, number LIMIT $1
   ), marked AS (
     UPDATE webhook_event e SET relayed_at = now() FROM taken WHERE e.event_id = taken.event_id
   ), made AS (
     INSERT INTO webhook_delivery (delivery_id, endpoint_id, event_id, connection_id, number, waits)
     SELECT gen_random_uuid(), w.endpoint_id, t.event_id, t.connection_id, t.number, true
       FROM taken t
       JOIN webhook_endpoint w ON w.deleted_at IS NULL AND w.disabled_at IS NULL
                              AND (w.events = '{}' OR t.type = ANY (w.events))
     RETURNING delivery_id
   )
   SELECT (SELECT count(*)::integer FROM taken) AS taken, ARRAY(SELECT delivery_id FROM made) AS made`,
);

/**
 * Who concludes a predecessor now either did so before this, which the next statement sees, or waits for this
 * transaction and then sees the new delivery, and wakes it.
 */
export const lockPredecessors = statement(
  'webhook_relay_predecessors',
  `SELECT FROM webhook_delivery l
    WHERE l.delivery_id IN (
            SELECT p.delivery_id FROM webhook_delivery d, ${predecessor}
             WHERE d.delivery_id = ANY ($1::uuid[]) AND ${inTheWay}
          ) AND l.delivery_id <> ALL ($1::uuid[])
    ORDER BY l.delivery_id FOR NO KEY UPDATE`,
);

/** Lets those begin that have nobody in the way. */
export const beginDeliveries = statement(
  'webhook_relay_begin',
  `UPDATE webhook_delivery b SET waits = false
     FROM webhook_delivery d LEFT JOIN ${predecessor} ON true
    WHERE d.delivery_id = ANY ($1::uuid[]) AND b.delivery_id = d.delivery_id
      AND (p.delivery_id IS NULL OR NOT (${inTheWay}))
   RETURNING b.delivery_id AS "deliveryId", b.endpoint_id AS "endpointId"`,
);

/** Where all went well there is none: what was due two minutes ago, or waits for nobody. */
export const findLost = statement(
  'webhook_lost',
  `WITH lost AS (
     SELECT d.delivery_id FROM webhook_delivery d LEFT JOIN ${predecessor} ON true
      WHERE d.status = 'pending' AND d.next_attempt_at < now() - interval '2 minutes'
        AND (NOT d.waits OR p.delivery_id IS NULL OR NOT (${inTheWay}))
      ORDER BY d.next_attempt_at LIMIT $1
   )
   UPDATE webhook_delivery b SET waits = false, next_attempt_at = now()
     FROM lost WHERE b.delivery_id = lost.delivery_id
   RETURNING b.delivery_id AS "deliveryId", b.endpoint_id AS "endpointId"`,
);

export const pruneDeliveries = statement(
  'webhook_delivery_prune',
  `DELETE FROM webhook_delivery WHERE delivery_id IN (
     SELECT d.delivery_id FROM webhook_delivery d JOIN webhook_event e ON e.event_id = d.event_id
      WHERE e.at < now() - make_interval(days => $1) LIMIT $2
   ) OR delivery_id IN (
     SELECT d.delivery_id FROM webhook_endpoint w JOIN webhook_delivery d ON d.endpoint_id = w.endpoint_id
      WHERE w.deleted_at IS NOT NULL LIMIT $2
   )
   RETURNING delivery_id`,
);

export const pruneEvents = statement(
  'webhook_event_prune',
  `WITH endpoints AS (
     DELETE FROM webhook_endpoint w
      WHERE w.deleted_at < now() - interval '1 hour'
        AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.endpoint_id = w.endpoint_id)
   )
   DELETE FROM webhook_event WHERE event_id IN (
     SELECT e.event_id FROM webhook_event e
      WHERE e.at < now() - make_interval(days => $1)
        AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.event_id = e.event_id)
      LIMIT $2
   )
   RETURNING event_id`,
);
