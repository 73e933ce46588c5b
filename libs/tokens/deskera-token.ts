import type { ApiVersion, Secret, TenantId } from '#kernel';

export type Degraded = 'deskera_unavailable' | 'client_refused' | 'database_unavailable' | 'check_limited';

export type Attention = 'cannot_be_refreshed';

export interface Org {
  /** Null if Deskera's token does not contain the value. */
  readonly id: string | null;
  readonly name: string | null;
}

/** An outgoing deskera-token. The only type that carries a token, created only by `DeskeraTokens`. */
export interface DeskeraToken {
  readonly tenantId: TenantId;
  readonly connectionId: string;
  readonly org: Org;
  readonly token: Secret;
  readonly fingerprint: string;
  /** By the database's clock; null if unknown. */
  readonly expiresAt: Date | null;
  /** Sending time of the last successful check. */
  readonly verifiedAt: Date;
  readonly apiUrl: string;
  readonly apiVersion: ApiVersion;
  /** Why the token could not be checked or refreshed as requested; null if it was. */
  readonly degraded: Degraded | null;
  readonly attention: Attention | null;
}

/** A cached deskera-token: one object for as long as it is cached. */
export interface HotToken {
  readonly token: Secret;
  readonly connectionId: string;
  readonly fingerprint: string;
  /** The whole answer, never degraded. */
  whole(): DeskeraToken;
}

export interface TokenRequest {
  readonly tenantId: TenantId;
  /** Null for the default org, or the only one. */
  readonly orgId: string | null;
  readonly minTtlSeconds: number;
  /** Maximum age of the last successful check; null for any age. */
  readonly maxVerifiedAgeSeconds: number | null;
}

/** The only source of outgoing deskera-tokens. */
export abstract class DeskeraTokens {
  /**
   * A token that is valid now, refreshed or checked first where that is needed: one call to Deskera however many
   * callers wait, over all replicas. Never takes longer than `DESKERA_TIMEOUT_SECONDS` + 2.
   *
   * @throws Failure `not_connected`, `org_not_connected`, `org_ambiguous`, `reconnect_required`,
   * `deskera_unavailable`, `deskera_client_refused`, `broker_unavailable`
   */
  abstract get(request: TokenRequest): Promise<DeskeraToken>;

  /**
   * The token that `get` would return from memory, at once. Counted like an answer of `get`.
   * @returns null if the caller has to call `get`
   */
  abstract hot(request: TokenRequest): HotToken | null;

  /**
   * For whom `hot` had none: the token that `get` would hand out, undegraded, after a single SELECT and without asking
   * Deskera. Null, within 0.7 seconds, for everything else: then `get` has to be asked, which does and counts all of it.
   * Nothing is logged meanwhile, and nothing counted but a token, like an answer of `get`.
   */
  abstract cold(request: TokenRequest): Promise<HotToken | null>;
}
