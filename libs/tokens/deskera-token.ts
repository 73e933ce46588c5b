import type { ApiVersion, Secret, TenantId } from '#kernel';

export type Degraded = 'deskera_unavailable' | 'client_refused' | 'database_unavailable' | 'check_limited';

export type Attention = 'cannot_be_refreshed';

export interface Org {
  /** Null where Deskera's token does not tell. */
  readonly id: string | null;
  readonly name: string | null;
}

/** A deskera-token on its way out: the only type that carries one, made by `DeskeraTokens` alone. */
export interface DeskeraToken {
  readonly tenantId: TenantId;
  readonly connectionId: string;
  readonly org: Org;
  readonly token: Secret;
  readonly fingerprint: string;
  /** By the database's clock; null where unknown. */
  readonly expiresAt: Date | null;
  /** When the question to Deskera was sent that it last answered well. */
  readonly verifiedAt: Date;
  readonly apiUrl: string;
  readonly apiVersion: ApiVersion;
  /** What this answer needed and did not get; null: nothing. */
  readonly degraded: Degraded | null;
  readonly attention: Attention | null;
}

/** A deskera-token in memory, on the same way out: one object for as long as it is remembered. */
export interface HotToken {
  readonly token: Secret;
  readonly connectionId: string;
  readonly fingerprint: string;
  /** All of it, never degraded. */
  whole(): DeskeraToken;
}

export interface TokenRequest {
  readonly tenantId: TenantId;
  /** Null: the default one, or the only one. */
  readonly orgId: string | null;
  readonly minTtlSeconds: number;
  /** Null: however long ago. */
  readonly maxVerifiedAgeSeconds: number | null;
}

/** The one way by which a deskera-token leaves. */
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
   * The token that `get` would hand out from memory alone, at once; null: `get` has to be asked, which says why where
   * there is none. Counted like an answer of `get`.
   */
  abstract hot(request: TokenRequest): HotToken | null;

  /**
   * For whom `hot` had none: the token that `get` would hand out, undegraded, after a single SELECT and without asking
   * Deskera. Null, within 0.7 seconds, for everything else: then `get` has to be asked, which does and counts all of it.
   * Nothing is logged meanwhile, and nothing counted but a token, like an answer of `get`.
   */
  abstract cold(request: TokenRequest): Promise<HotToken | null>;
}
