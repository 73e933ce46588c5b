import type { Secret, TenantId } from '#kernel';
import type { ConnectionRecord } from './connection-record.js';

/** One of a tenant's connections; `openToken` only where it is the one that was meant. */
export interface ServableConnection {
  readonly record: ConnectionRecord;
  /** @throws Failure `broker_unavailable` where the sealed token can't be opened */
  readonly openToken: (() => Promise<Secret>) | null;
}

/** What of a record is needed to hand out a good token. */
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
  /** Null where the sealed token can't be opened: nothing is told of it here. */
  readonly openToken: () => Promise<Secret | null>;
}

/** Reads that hand out no refresh token. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectionReads {
  /**
   * A tenant's connections but the disconnected ones, in a single SELECT, with the token of the one meant: the one for
   * `orgId`, or where none is named the default or the only one.
   */
  abstract servable(tenantId: TenantId, orgId: string | null): Promise<readonly ServableConnection[]>;
  /**
   * The one of `servable` that was meant where it is connected and not known to be bad, with a fraction of the columns;
   * null for everything else, which `servable` tells apart. Whether it has expired is not looked at.
   */
  abstract goodToken(tenantId: TenantId, orgId: string | null): Promise<GoodToken | null>;
  abstract find(connectionId: string): Promise<ConnectionRecord | null>;
  /**
   * Whether the stored grant comes from before the database was restored, or failed over, and was not refreshed since: the
   * refreshes that followed may be lost.
   */
  abstract isOlderThanServer(record: ConnectionRecord): Promise<boolean>;
  /** The stored access token; null where the credentials are erased, or the numbers are not as given any more. */
  abstract token(record: ConnectionRecord): Promise<Secret | null>;
}
