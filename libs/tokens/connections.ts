import type { ApiVersion, TenantId } from '#kernel';
import type { Org } from './deskera-token.js';

export type ConnectionStatus = 'awaiting_activation' | 'connected' | 'reconnect_required' | 'disconnected';

export type ReconnectReason = 'grant_revoked' | 'refresh_outcome_lost' | 'org_changed' | 'database_restored';

/** A connection as people and services may see it: no token, no hash. */
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
  /** Null: all but the disconnected ones. */
  readonly status: ConnectionStatus | null;
  /** Found anywhere in tenant id, org id, org name or e-mail, whatever the case; null: all. */
  readonly text: string | null;
  readonly limit: number;
  /** From an earlier page's `nextCursor`; null: from the start. */
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
  /** Due now, and due for more than a minute. */
  readonly due: number;
  readonly overdue: number;
}

/** What is known of the connections, and what people may do to them. All may throw Failure `broker_unavailable`. */
export abstract class Connections {
  /** @throws Failure `invalid_cursor` */
  abstract list(query: ConnectionQuery): Promise<Page<ConnectionView>>;
  /** All of a tenant but the disconnected ones. */
  abstract ofTenant(tenantId: TenantId): Promise<readonly ConnectionView[]>;
  /** @throws Failure `connection_not_found` */
  abstract find(connectionId: string): Promise<ConnectionView>;
  /** Newest first. @throws Failure `connection_not_found`, `invalid_cursor` */
  abstract events(connectionId: string, cursor: string | null): Promise<Page<ConnectionEventView>>;
  abstract summary(): Promise<ConnectionSummary>;
  /** @throws Failure `org_not_connected` */
  abstract setDefaultOrg(tenantId: TenantId, orgId: string, actor?: string): Promise<void>;
  /**
   * Erases the credentials at once, on every replica. Deskera has no revocation call: its own tokens live on there.
   * @param tenantId null: whichever (an admin's)
   * @throws Failure `connection_not_found`, also for another tenant's and for one disconnected before
   */
  abstract disconnect(connectionId: string, tenantId: TenantId | null, actor?: string): Promise<void>;
  /**
   * Asks Deskera now whether the token is good, and acts on the answer. One in `reconnect_required` is asked about while its
   * credentials are kept, but for `org_changed`: it is connected again, or Failure `reconnect_required`. @throws as `DeskeraTokens.get`
   */
  abstract checkNow(connectionId: string): Promise<ConnectionView>;
  /** Trades the refresh token now, whatever the token's expiry; as `checkNow` in `reconnect_required`. @throws as `DeskeraTokens.get` */
  abstract refreshNow(connectionId: string): Promise<ConnectionView>;
}
