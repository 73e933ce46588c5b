import type { Secret, TenantId } from '#kernel';
import type { ConnectionRecord } from './connection-record.js';

/** One of a tenant's connections; only the selected one has `openToken`. */
export interface ServableConnection {
  readonly record: ConnectionRecord;
  /** @throws Failure `broker_unavailable` if the token cannot be decrypted */
  readonly openToken: (() => Promise<Secret>) | null;
}

/** The columns that are needed to hand out a good token. */
export type GoodRecord = Pick<
  ConnectionRecord,
  | 'tenantId'
  | 'connectionId'
  | 'orgId'
  | 'orgName'
  | 'apiUrl'
  | 'apiVersion'
  | 'attention'
  | 'fingerprint'
  | 'expiresAt'
  | 'verifiedAt'
  | 'connectedAt'
  | 'readAt'
>;

export interface GoodToken {
  readonly record: GoodRecord;
  /** Null if the token cannot be decrypted; this is not logged here. */
  readonly openToken: () => Promise<Secret | null>;
}

/** Reads without refresh tokens. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectionReads {
  /**
   * All connections of a tenant except the disconnected ones, in one SELECT, with the token of the selected one: the
   * connection of `orgId`, else the default or the only one.
   */
  abstract servable(tenantId: TenantId, orgId: string | null): Promise<readonly ServableConnection[]>;
  /**
   * The selected connection of `servable`, with fewer columns, if it is connected and its token is not known to be
   * bad. Does not look at the expiry.
   * @returns null in all other cases, which `servable` distinguishes
   */
  abstract goodToken(tenantId: TenantId, orgId: string | null): Promise<GoodToken | null>;
  abstract find(connectionId: string): Promise<ConnectionRecord | null>;
  /**
   * Whether the stored grant is older than a restore or failover of the database and was not refreshed since: later
   * refreshes may be lost.
   */
  abstract isOlderThanServer(record: ConnectionRecord): Promise<boolean>;
  /** The stored token; null if the credentials are erased or the numbers have changed. */
  abstract token(record: ConnectionRecord): Promise<Secret | null>;
}
