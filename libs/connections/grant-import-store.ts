import type { Secret, TenantId } from '#kernel';

/** The owner of an imported refresh token. */
export type KeptTokenOwner =
  | { readonly kind: 'nobody' }
  /** A live connection of the tenant holds the refresh token or has used it. */
  | { readonly kind: 'ours'; readonly connectionId: string }
  /** A live connection of another tenant holds the refresh token or has used it. */
  | { readonly kind: 'elsewhere' };

/** The queries of an import before anything is sent. Every method may throw Failure `broker_unavailable`. */
export abstract class GrantImportStore {
  /** Draws the number that orders this import among all connects and disconnects. */
  abstract drawConnectNumber(): Promise<number>;
  /** Looks at the live connections of all tenants and orgs: an imported refresh token may belong to any of them. */
  abstract ownerOf(refreshToken: Secret, tenantId: TenantId): Promise<KeptTokenOwner>;
}
