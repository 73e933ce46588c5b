import type { TenantId } from '#kernel';
import type { ConnectionRecord, StoredStatus } from './connection-record.js';

export interface ListingQuery {
  /** Null: all but the disconnected ones. */
  readonly status: StoredStatus | null;
  readonly text: string | null;
  readonly limit: number;
  /** The last one of the page before; null: from the start. */
  readonly after: { readonly createdAt: string; readonly connectionId: string } | null;
}

export interface ListedConnection {
  readonly record: ConnectionRecord;
  /** In full precision: the cursor's first half. */
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
  /** How long the one that is due longest has been due; 0 where none is. */
  readonly lagSeconds: number;
}

/** What people look at. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectionListing {
  /** Oldest first. */
  abstract list(query: ListingQuery): Promise<readonly ListedConnection[]>;
  /** All of a tenant but the disconnected ones. */
  abstract ofTenant(tenantId: TenantId): Promise<readonly ConnectionRecord[]>;
  /** Newest first. @param before an event id; null: from the newest */
  abstract events(
    connectionId: string,
    before: string | null,
    limit: number,
  ): Promise<readonly StoredEvent[]>;
  abstract summary(): Promise<StoredSummary>;
  /** @returns false where the tenant has no such org that is not disconnected. */
  abstract setDefaultOrg(tenantId: TenantId, orgId: string, actor?: string): Promise<boolean>;
  /** Deletes what nobody reads any more: change rows and lapsed claims older than ten minutes. */
  abstract prune(): Promise<void>;
}
