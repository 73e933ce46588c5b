import type { ApiVersion, Secret, TenantId } from '#kernel';
import type { ConnectionRecord, ConnectionState } from './connection-record.js';
import type { ConnectionEvent, GrantSave } from './connection-saves.js';

export interface AdoptionSave {
  readonly tenantId: TenantId;
  readonly apiVersion: ApiVersion;
  readonly apiUrl: string;
  readonly orgId: string | null;
  readonly orgName: string | null;
  readonly email: string | null;
  readonly connectNumber: number;
  readonly grant: GrantSave;
  /** SHA-256 of the refresh token that was used to get this grant before it was stored; null if none was used. */
  readonly spentSha256: Buffer | null;
  /** The `state` and session whose outcome is recorded in the same transaction. */
  readonly stateSha256: Buffer;
  readonly sessionSha256: Buffer;
  /**
   * Decides the effect of the connect, under the row's lock.
   * @param existing the tenant's connection for this org; null if there is none
   * @param known whether this connection holds or has used the refresh token
   */
  readonly decide: (existing: ConnectionRecord | null, known: boolean) => AdoptionDecision;
}

export type AdoptionDecision =
  | { readonly kind: 'superseded' }
  /** This connect is stored already; the answer of the earlier save was lost. */
  | { readonly kind: 'repeated' }
  /** `keepGrant`: Deskera returned an older pair while the stored one is good. */
  | {
      readonly kind: 'save';
      readonly keepGrant: boolean;
      readonly next: ConnectionState;
      readonly event: ConnectionEvent;
    };

export type AdoptionResult =
  | { readonly kind: 'superseded' }
  /** Another connection holds this refresh token. */
  | { readonly kind: 'held_elsewhere' }
  | { readonly kind: 'saved'; readonly connectionId: string; readonly status: ConnectionRecord['status'] };

export type RefreshTokenOwner =
  | { readonly kind: 'nobody' }
  /** The tenant's connection for this org holds the refresh token or has used it. */
  | { readonly kind: 'ours'; readonly connectionId: string }
  | { readonly kind: 'elsewhere' };

/**
 * The exclusive right to examine and store a pair that no connection holds. Created only by `ConnectionAdoptions`.
 */
export interface AdoptionClaim {
  readonly refreshTokenSha256: Buffer;
  readonly claimId: string;
}

/** Stores grants as connections. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectionAdoptions {
  /**
   * Claims a pair. Deskera may return the same pair to two concurrent connects, and only one of them may use its
   * refresh token.
   * @param seconds after which the claim expires
   * @returns null while another connect holds the claim
   */
  abstract claim(refreshToken: Secret, seconds: number): Promise<AdoptionClaim | null>;
  /** Releases the claim. An expired claim that another connect holds now is left alone. */
  abstract endClaim(claim: AdoptionClaim): Promise<void>;
  /**
   * Finds the owner of a refresh token before the token is used.
   * @param orgId org of the connection that the token was issued for
   */
  abstract ownerOf(
    refreshToken: Secret,
    tenantId: TenantId,
    orgId: string | null,
  ): Promise<RefreshTokenOwner>;
  abstract adopt(save: AdoptionSave): Promise<AdoptionResult>;
}
