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
  /** SHA-256 of the refresh token that was spent for this grant before anything was stored; null: none was. */
  readonly spentSha256: Buffer | null;
  /** Whose outcome is recorded in the same transaction. */
  readonly stateSha256: Buffer;
  readonly sessionSha256: Buffer;
  /**
   * Decides under the row's lock what the connect does.
   * @param existing the tenant's connection for this org; null: there was none
   * @param known the handed refresh token is one that this connection holds or has spent
   */
  readonly decide: (existing: ConnectionRecord | null, known: boolean) => AdoptionDecision;
}

export type AdoptionDecision =
  | { readonly kind: 'superseded' }
  /** This very connect is stored already: its answer was lost. */
  | { readonly kind: 'repeated' }
  /** `keepGrant`: an older pair came back while the stored one is good. */
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
  /** The tenant's connection for this org holds it or has spent it. */
  | { readonly kind: 'ours'; readonly connectionId: string }
  | { readonly kind: 'elsewhere' };

/** The right to examine and store a pair that no connection holds yet; made by `ConnectionAdoptions` alone. */
export interface AdoptionClaim {
  readonly refreshTokenSha256: Buffer;
  readonly claimId: string;
}

/** Makes grants into connections. May throw Failure `broker_unavailable`. */
export abstract class ConnectionAdoptions {
  /**
   * Deskera may hand the same pair to two connects at once, and only one of them may spend its refresh token.
   * @param seconds after which it lapses: its owner is gone
   * @returns null while another connect has it
   */
  abstract claim(refreshToken: Secret, seconds: number): Promise<AdoptionClaim | null>;
  /** Ends it; one that lapsed and is another's by now is left alone. */
  abstract endClaim(claim: AdoptionClaim): Promise<void>;
  /**
   * Whose a refresh token is that Deskera handed over, before anybody may spend it.
   * @param orgId of the tenant's connection that it was handed over for
   */
  abstract ownerOf(
    refreshToken: Secret,
    tenantId: TenantId,
    orgId: string | null,
  ): Promise<RefreshTokenOwner>;
  abstract adopt(save: AdoptionSave): Promise<AdoptionResult>;
}
