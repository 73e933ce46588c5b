import type { ConnectionState } from '../../connection-record.js';

/**
 * A state travels as one JSON document: one parameter instead of eighteen, unpacked by `jsonb_to_record`. It holds no
 * secret.
 */
export function stateDocument(state: ConnectionState): string {
  return JSON.stringify({
    status: state.status,
    reason: state.reason,
    attention: state.attention,
    expires_at: state.expiresAt,
    verified_at: state.verifiedAt,
    bad_since: state.badSince,
    attempt_open: state.attemptOpen,
    outcome_unknown: state.outcomeUnknown,
    unanswered_count: state.unansweredCount,
    consecutive_failures: state.consecutiveFailures,
    failure_kind: state.failureKind,
    last_error: state.lastError,
    not_before: state.notBefore,
    next_due_at: state.nextDueAt,
    refused_count: state.refusedCount,
    refused_since: state.refusedSince,
    fell_short_count: state.minTtlBackoffCount,
    fell_short_until: state.minTtlBackoffUntil,
  });
}

/** `FROM` item that unpacks parameter `$n` as `s`. */
export function stateFrom(parameter: string): string {
  return `jsonb_to_record(${parameter}::jsonb) AS s(
     status text, reason text, attention text, expires_at timestamptz, verified_at timestamptz, bad_since timestamptz,
     attempt_open boolean, outcome_unknown boolean, unanswered_count integer, consecutive_failures integer,
     failure_kind text, last_error text, not_before timestamptz, next_due_at timestamptz,
     refused_count integer, refused_since timestamptz, fell_short_count integer, fell_short_until timestamptz)`;
}

/** The upkeep columns that tell what went wrong, and until when nothing is tried. */
export const troubleAssignments = `
  unanswered_count = s.unanswered_count, consecutive_failures = s.consecutive_failures,
  failure_kind = s.failure_kind, last_error = s.last_error, not_before = s.not_before,
  refused_count = s.refused_count, refused_since = s.refused_since,
  fell_short_count = s.fell_short_count, fell_short_until = s.fell_short_until`;

/** The upkeep columns that a state sets beside the attempt's. */
export const upkeepAssignments = `${troubleAssignments}, next_due_at = s.next_due_at`;

/**
 * Writes the connection's row only where one of its columns changes: most saves leave it as it is.
 * @param source has the row's `status`, `reason` and `attention`, read under its lock: the snapshot's own may be old
 */
export function connectionUpdate(source: string, from: string): string {
  return `UPDATE connection n
      SET status = s.status, reason = s.reason, attention = s.attention,
          status_since = CASE WHEN n.status = s.status THEN n.status_since ELSE now() END,
          is_default = n.is_default AND s.status <> 'disconnected'
     FROM ${source}, ${from}
    WHERE n.connection_id = ${source}.connection_id
      AND (${source}.status, ${source}.reason, ${source}.attention)
          IS DISTINCT FROM (s.status, s.reason, s.attention)`;
}
