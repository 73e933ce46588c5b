import type { ApiVersion, TenantId } from '#kernel';
import type { Org } from './deskera-token.js';

export type ConnectionStatus = 'awaiting_activation' | 'connected' | 'reconnect_required' | 'disconnected';

export type ReconnectReason = 'grant_revoked' | 'refresh_outcome_lost' | 'org_changed' | 'database_restored';

/** A connection without token and hash, for people and services. */
export interface ConnectionView {
  readonly connectionId: string;
  readonly tenantId: TenantId;
  readonly org: Org;
  readonly email: string | null;
  readonly apiVersion: ApiVersion;
  readonly status: ConnectionStatus;
  readonly reason: ReconnectReason | null;
  readonly connectedAt: Date;
  readonly verifiedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly refreshedAt: Date | null;
  readonly nextCheckAt: Date | null;
  readonly consecutiveFailures: number;
  /** Status and error word of the last failure; never Deskera's own sentence. */
  readonly lastError: string | null;
}

export interface ConnectionQuery {
  /** Null for all except the disconnected ones. */
  readonly status: ConnectionStatus | null;
  /** Text within tenant id, org id, org name or e-mail, in any case; null for all. */
  readonly text: string | null;
  readonly limit: number;
  /** `nextCursor` of the page before; null for the first page. */
  readonly cursor: string | null;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface ConnectionEventView {
  readonly eventId: string;
  readonly at: Date;
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ConnectionSummary {
  readonly byStatus: Readonly<Record<ConnectionStatus, number>>;
  /** Connections that are due, and those due for more than a minute. */
  readonly due: number;
  readonly overdue: number;
}

/**
 * Lists connections and acts on them for people and services. Every method may throw Failure `broker_unavailable`.
 */
export abstract class Connections {
  /** @throws Failure `invalid_cursor` */
  abstract list(query: ConnectionQuery): Promise<Page<ConnectionView>>;
  /** All connections of a tenant except the disconnected ones. */
  abstract ofTenant(tenantId: TenantId): Promise<readonly ConnectionView[]>;
  /** @throws Failure `connection_not_found` */
  abstract find(connectionId: string): Promise<ConnectionView>;
  /** Newest first. @throws Failure `connection_not_found`, `invalid_cursor` */
  abstract events(connectionId: string, cursor: string | null): Promise<Page<ConnectionEventView>>;
  abstract summary(): Promise<ConnectionSummary>;
  /** @throws Failure `org_not_connected` */
  abstract setDefaultOrg(tenantId: TenantId, orgId: string, actor?: string): Promise<void>;
  /**
   * Erases the credentials at once, on every replica. Deskera has no revocation call: tokens that were handed out
   * remain valid there.
   * @param tenantId null for any tenant (an administrator's call)
   * @throws Failure `connection_not_found`, also for another tenant's connection and for a disconnected one
   */
  abstract disconnect(connectionId: string, tenantId: TenantId | null, actor?: string): Promise<void>;
  /**
   * Checks the token at Deskera now and acts on the answer. A connection in `reconnect_required`, except for
   * `org_changed`, is checked while its credentials are kept: it is connected again, or the call throws Failure
   * `reconnect_required`.
   * @throws as `DeskeraTokens.get`
   */
  abstract checkNow(connectionId: string): Promise<ConnectionView>;
  /**
   * Refreshes now, whatever the token's expiry. Treats `reconnect_required` as `checkNow` does.
   * @throws as `DeskeraTokens.get`
   */
  abstract refreshNow(connectionId: string): Promise<ConnectionView>;
}
