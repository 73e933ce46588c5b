import type { ApiVersion, TenantId } from '#kernel';

export type StoredStatus = 'awaiting_activation' | 'connected' | 'reconnect_required' | 'disconnected';
export type StoredReason = 'grant_revoked' | 'refresh_outcome_lost' | 'org_changed' | 'database_restored';
export type StoredFailureKind = 'deskera_unavailable' | 'client_refused';

/**
 * The part of a connection that changes while its grant and numbers stay the same. The pure transitions of `tokens`
 * compute it, always as a whole.
 */
export interface ConnectionState {
  readonly status: StoredStatus;
  /** Set if and only if the status is `reconnect_required`. */
  readonly reason: StoredReason | null;
  readonly attention: 'cannot_be_refreshed' | null;
  /** Null if unknown. */
  readonly expiresAt: Date | null;
  /** Sending time of the last successful check. */
  readonly verifiedAt: Date | null;
  /** Time since which Deskera is known to refuse the stored token. */
  readonly badSince: Date | null;
  /** True from the opening of an attempt until its definite answer. */
  readonly attemptOpen: boolean;
  /** True if an attempt with the present refresh token ended without a definite answer. */
  readonly outcomeUnknown: boolean;
  readonly unansweredCount: number;
  readonly consecutiveFailures: number;
  /** Number of definite refusals of the present refresh token since `refusedSince`, in any words. */
  readonly refusedCount: number;
  readonly refusedSince: Date | null;
  readonly failureKind: StoredFailureKind | null;
  readonly lastError: string | null;
  /** Time before which Deskera is not called for this connection. */
  readonly notBefore: Date | null;
  /** Time at which a sweep claims the row; null if never. */
  readonly nextDueAt: Date | null;
  readonly minTtlBackoffCount: number;
  /**
   * Time before which no refresh is repeated only because a token's life was shorter than a caller's `minTtlSeconds`.
   */
  readonly minTtlBackoffUntil: Date | null;
}

/** A stored connection without its secrets. All times are by the database's clock. */
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
  /** Orders all grants of a connection, together with `grantAttempt`. */
  readonly connectNumber: number;
  readonly grantAttempt: number;
  /** Null if the credentials are erased. */
  readonly fingerprint: string | null;
  readonly issuedAt: Date | null;
  readonly tokenLifeSeconds: number | null;
  readonly refreshTokenExpiresAt: Date | null;
  /** Incremented by every change of the connection except those of its lease. */
  readonly stateVersion: number;
  /** Number of attempts. */
  readonly attempt: number;
  readonly attemptProcessId: string | null;
  readonly leased: boolean;
  /** The database's time of the read. */
  readonly readAt: Date;
}
