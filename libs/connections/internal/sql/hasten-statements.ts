import { statement } from '#database/sql';

/**
 * By batches, so that no lock is held for long. An activation's end is left as it is: it must not come too early.
 * What was written after the step is hastened too, which costs one early look.
 */
export const hastenBy = statement(
  'upkeep_hasten_by',
  `WITH batch AS MATERIALIZED (
     SELECT u.connection_id FROM connection_upkeep u JOIN connection n ON n.connection_id = u.connection_id
      WHERE u.connection_id > $2 AND u.next_due_at > now() AND n.status <> 'awaiting_activation'
      ORDER BY u.connection_id LIMIT $3 FOR NO KEY UPDATE OF u
   ), hastened AS (
     UPDATE connection_upkeep u
        SET next_due_at = greatest(now(), u.next_due_at - make_interval(secs => $1)),
            not_before = u.not_before - make_interval(secs => $1),
            fell_short_until = u.fell_short_until - make_interval(secs => $1)
       FROM batch WHERE u.connection_id = batch.connection_id
   )
   SELECT connection_id FROM batch ORDER BY connection_id`,
);

/** Their trouble was everybody's, and it is over. An attempt that is open keeps its pause: nobody knows its outcome. */
export const endPauses = statement(
  'upkeep_end_pauses',
  `UPDATE connection_upkeep u SET not_before = NULL, next_due_at = now() + random() * interval '10 seconds'
     FROM connection n
    WHERE u.connection_id = ANY($1::uuid[]) AND n.connection_id = u.connection_id AND n.status = 'connected'
      AND u.failure_kind IS NOT NULL AND NOT u.attempt_open AND NOT u.outcome_unknown AND u.not_before > now()`,
);

/** Its wake-up call may still be put off: a delivery that is due is found without one. */
export const hastenDeliveries = statement(
  'webhook_hasten_by',
  `UPDATE webhook_delivery SET next_attempt_at = next_attempt_at - make_interval(secs => $1)
    WHERE status = 'pending' AND next_attempt_at > now()`,
);

/**
 * What can be told without having seen the step: no upkeep is put off for so long, and no token was verified at a time that is
 * still to come. A second is tolerated.
 */
export const hastenFar = statement(
  'upkeep_hasten_far',
  `UPDATE connection_upkeep u SET next_due_at = now(), not_before = NULL, fell_short_until = NULL
     FROM connection n JOIN credential c ON c.connection_id = n.connection_id
    WHERE n.connection_id = u.connection_id AND n.status = 'connected' AND u.next_due_at > now()
      AND (u.next_due_at > now() + make_interval(secs => $1) OR c.verified_at > now() + interval '1 second')`,
);
