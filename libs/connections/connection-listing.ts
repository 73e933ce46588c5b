import type { TenantId } from '#kernel';
import type { ConnectionRecord, StoredStatus } from './connection-record.js';

export interface ListingQuery {
  /** Null for all except the disconnected ones. */
  readonly status: StoredStatus | null;
  readonly text: string | null;
  readonly limit: number;
  /** The last row of the page before; null for the first page. */
  readonly after: { readonly createdAt: string; readonly connectionId: string } | null;
}

export interface ListedConnection {
  readonly record: ConnectionRecord;
  /** In full precision, for the cursor. */
  readonly createdAt: string;
}

export interface StoredEvent {
  readonly eventId: string;
  readonly at: Date;
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface StoredSummary {
  readonly byStatus: Readonly<Record<StoredStatus, number>>;
  readonly due: number;
  readonly overdue: number;
  /** Seconds for which the longest due connection has been due; 0 if none is due. */
  readonly lagSeconds: number;
}

/** Lists for people. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectionListing {
  /** Oldest first. */
  abstract list(query: ListingQuery): Promise<readonly ListedConnection[]>;
  /** All connections of a tenant except the disconnected ones. */
  abstract ofTenant(tenantId: TenantId): Promise<readonly ConnectionRecord[]>;
  /**
   * Newest first.
   * @param before id of an event; null for the newest
   */
  abstract events(
    connectionId: string,
    before: string | null,
    limit: number,
  ): Promise<readonly StoredEvent[]>;
  abstract summary(): Promise<StoredSummary>;
  /** @returns false if the tenant has no connection for this org, or only a disconnected one */
  abstract setDefaultOrg(tenantId: TenantId, orgId: string, actor?: string): Promise<boolean>;
  /** Deletes change rows, and expired claims, that are older than ten minutes. */
  abstract prune(): Promise<void>;
}
