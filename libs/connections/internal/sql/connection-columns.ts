import type { ApiVersion, TenantId } from '#kernel';
import type {
  ConnectionRecord,
  StoredFailureKind,
  StoredReason,
  StoredStatus,
} from '../../connection-record.js';
import { isLeased } from './lease-state.js';

/** The record's columns where `n` is connection, `u` its connection_upkeep and `c` its credential. */
export const recordColumns = `
  n.connection_id, n.tenant_id, n.org_id, n.org_name, n.email, n.api_version, n.api_url, n.is_default,
  n.status, n.reason, n.status_since, n.attention, n.connected_at,
  c.connect_number, c.grant_attempt, c.fingerprint, c.issued_at, c.expires_at, c.token_life_seconds,
  c.refresh_token_expires_at, c.verified_at, c.bad_since,
  u.state_version, u.attempt, u.attempt_open, u.attempt_process_id, u.outcome_unknown, u.unanswered_count,
  ${isLeased('u')} AS leased,
  u.next_due_at, u.not_before, u.consecutive_failures, u.failure_kind, u.last_error,
  u.refused_count, u.refused_since, u.fell_short_count, u.fell_short_until, clock_timestamp() AS read_at`;

/** The three tables a record is read from. */
export const recordTables = `
  connection n
  JOIN credential c ON c.connection_id = n.connection_id
  JOIN connection_upkeep u ON u.connection_id = n.connection_id`;

/** As `pg` returns it: a bigint is text. */
export interface RecordRow {
  readonly [column: string]: unknown;
  readonly connection_id: string;
  readonly tenant_id: string;
  readonly org_id: string | null;
  readonly org_name: string | null;
  readonly email: string | null;
  readonly api_version: ApiVersion;
  readonly api_url: string;
  readonly is_default: boolean;
  readonly status: StoredStatus;
  readonly reason: StoredReason | null;
  readonly status_since: Date;
  readonly attention: 'cannot_be_refreshed' | null;
  readonly connected_at: Date;
  readonly connect_number: string;
  readonly grant_attempt: string;
  readonly fingerprint: string | null;
  readonly issued_at: Date | null;
  readonly expires_at: Date | null;
  readonly token_life_seconds: number | null;
  readonly refresh_token_expires_at: Date | null;
  readonly verified_at: Date | null;
  readonly bad_since: Date | null;
  readonly state_version: string;
  readonly attempt: string;
  readonly attempt_open: boolean;
  readonly attempt_process_id: string | null;
  readonly outcome_unknown: boolean;
  readonly unanswered_count: number;
  readonly leased: boolean;
  readonly next_due_at: Date | null;
  readonly not_before: Date | null;
  readonly consecutive_failures: number;
  readonly failure_kind: StoredFailureKind | null;
  readonly last_error: string | null;
  readonly refused_count: number;
  readonly refused_since: Date | null;
  readonly fell_short_count: number;
  readonly fell_short_until: Date | null;
  readonly read_at: Date;
}

export function toRecord(row: RecordRow): ConnectionRecord {
  return {
    connectionId: row.connection_id,
    tenantId: row.tenant_id as TenantId,
    orgId: row.org_id,
    orgName: row.org_name,
    email: row.email,
    apiVersion: row.api_version,
    apiUrl: row.api_url,
    isDefault: row.is_default,
    status: row.status,
    reason: row.reason,
    statusSince: row.status_since,
    attention: row.attention,
    connectedAt: row.connected_at,
    connectNumber: Number(row.connect_number),
    grantAttempt: Number(row.grant_attempt),
    fingerprint: row.fingerprint,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    tokenLifeSeconds: row.token_life_seconds,
    refreshTokenExpiresAt: row.refresh_token_expires_at,
    verifiedAt: row.verified_at,
    badSince: row.bad_since,
    stateVersion: Number(row.state_version),
    attempt: Number(row.attempt),
    attemptOpen: row.attempt_open,
    attemptProcessId: row.attempt_process_id,
    outcomeUnknown: row.outcome_unknown,
    unansweredCount: row.unanswered_count,
    leased: row.leased,
    nextDueAt: row.next_due_at,
    notBefore: row.not_before,
    consecutiveFailures: row.consecutive_failures,
    failureKind: row.failure_kind,
    lastError: row.last_error,
    refusedCount: row.refused_count,
    refusedSince: row.refused_since,
    minTtlBackoffCount: row.fell_short_count,
    minTtlBackoffUntil: row.fell_short_until,
    readAt: row.read_at,
  };
}
