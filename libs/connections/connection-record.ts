import type { ApiVersion, TenantId } from '#kernel';

export type StoredStatus = 'awaiting_activation' | 'connected' | 'reconnect_required' | 'disconnected';
export type StoredReason = 'grant_revoked' | 'refresh_outcome_lost' | 'org_changed' | 'database_restored';
export type StoredFailureKind = 'deskera_unavailable' | 'client_refused';

/**
 * What may change about a connection while its grant and numbers stay the same: the part that the pure transitions of
 * `tokens` compute, always as a whole.
 */
export interface ConnectionState {
  readonly status: StoredStatus;
  /** Set exactly while the status is `reconnect_required`. */
  readonly reason: StoredReason | null;
  readonly attention: 'cannot_be_refreshed' | null;
  /** Null: unknown. */
  readonly expiresAt: Date | null;
  /** When the question was sent that Deskera last answered well. */
  readonly verifiedAt: Date | null;
  /** Since when Deskera is known to refuse the stored token. */
  readonly badSince: Date | null;
  /** From the lease of a sending of the refresh token to its definite answer. */
  readonly attemptOpen: boolean;
  /** A sending of the present refresh token ended without a definite answer. */
  readonly outcomeUnknown: boolean;
  readonly unansweredCount: number;
  readonly consecutiveFailures: number;
  /** Definite refusals of the present refresh token since `refusedSince`, in whatever words. */
  readonly refusedCount: number;
  readonly refusedSince: Date | null;
  readonly failureKind: StoredFailureKind | null;
  readonly lastError: string | null;
  /** Deskera is not asked about this connection before. */
  readonly notBefore: Date | null;
  /** When a sweep has to look at it; null: never. */
  readonly nextDueAt: Date | null;
  readonly minTtlBackoffCount: number;
  /** A refresh whose token lived shorter than a caller wanted is not repeated for that reason before. */
  readonly minTtlBackoffUntil: Date | null;
}

/** A connection as stored, without its secrets. All times are the database's. */
export interface ConnectionRecord extends ConnectionState {
  readonly connectionId: string;
  readonly tenantId: TenantId;
  readonly orgId: string | null;
  readonly orgName: string | null;
  readonly email: string | null;
  readonly apiVersion: ApiVersion;
  readonly apiUrl: string;
  readonly isDefault: boolean;
  readonly statusSince: Date;
  readonly connectedAt: Date;
  /** With `grantAttempt`, the two numbers that order all grants of a connection. */
  readonly connectNumber: number;
  readonly grantAttempt: number;
  /** Null where the credentials are erased. */
  readonly fingerprint: string | null;
  readonly issuedAt: Date | null;
  readonly tokenLifeSeconds: number | null;
  readonly refreshTokenExpiresAt: Date | null;
  /** Raised with every change of the connection but those of its lease. */
  readonly stateVersion: number;
  /** Counts the sendings of refresh tokens. */
  readonly attempt: number;
  readonly attemptProcessId: string | null;
  readonly leased: boolean;
  /** The database's time when this was read. */
  readonly readAt: Date;
}
