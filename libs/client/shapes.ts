/** Words that a newer broker may add stay readable as strings. */
type OrAny<Known extends string> = Known | (string & Record<never, never>);

export interface ConnectionOrg {
  readonly id: string | null;
  readonly name: string | null;
}

/** A token that was valid when the broker answered. Use it now; never store or log it. */
export interface DeskeraToken {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly org: ConnectionOrg;
  /** For the header `x-access-token`. */
  readonly deskeraToken: string;
  /** The first 16 hex digits of the token's SHA-256: names it in logs and in `reportRejection`. */
  readonly fingerprint: string;
  /** RFC 3339, UTC; null where it is not known. */
  readonly expiresAt: string | null;
  /** When Deskera was last asked about it, or issued it. */
  readonly verifiedAt: string;
  readonly apiUrl: string;
  readonly apiVersion: OrAny<'v1' | 'v2'>;
  /** What this answer needed and did not get. */
  readonly degraded: OrAny<
    'deskera_unavailable' | 'client_refused' | 'database_unavailable' | 'check_limited'
  > | null;
  readonly attention: OrAny<'cannot_be_refreshed'> | null;
}

export type RejectionOutcome = OrAny<'replaced' | 'still_valid' | 'refreshed'>;

export interface RejectionAnswer extends DeskeraToken {
  /** `still_valid`: Deskera says that the reported token is good, its 401 was about something else. */
  readonly outcome: RejectionOutcome;
}

export interface Connection {
  readonly connectionId: string;
  readonly tenantId: string;
  readonly org: ConnectionOrg;
  readonly email: string | null;
  readonly apiVersion: OrAny<'v1' | 'v2'>;
  readonly status: OrAny<'awaiting_activation' | 'connected' | 'reconnect_required' | 'disconnected'>;
  /** Why it has to connect again. */
  readonly reason: OrAny<
    'grant_revoked' | 'refresh_outcome_lost' | 'org_changed' | 'database_restored'
  > | null;
  readonly connectedAt: string;
  readonly verifiedAt: string | null;
  readonly expiresAt: string | null;
  readonly refreshedAt: string | null;
  readonly nextCheckAt: string | null;
  readonly consecutiveFailures: number;
}

export interface ConnectSession {
  readonly sessionId: string;
  /** Send the person there. */
  readonly connectUrl: string;
  readonly expiresAt: string;
}

export interface ConnectSessionStanding {
  readonly status: OrAny<'pending' | 'awaiting_activation' | 'connected' | 'failed' | 'expired'>;
  /** Of a failed one: why. */
  readonly code: string | null;
  readonly connectionId: string | null;
  readonly org: ConnectionOrg | null;
}
