import type { Secret, TenantId } from '#kernel';

/** Whose a refresh token is that somebody has kept. */
export type KeptTokenOwner =
  | { readonly kind: 'nobody' }
  /** A live connection of the tenant holds it, or has spent it. */
  | { readonly kind: 'ours'; readonly connectionId: string }
  /** One of another tenant does. */
  | { readonly kind: 'elsewhere' };

/** What bringing in a grant asks the database before anything is sent. May throw Failure `broker_unavailable`. */
export abstract class GrantImportStore {
  /** Orders this import among all connects and disconnects. */
  abstract drawConnectNumber(): Promise<number>;
  /** Looks at the live connections of all tenants and all orgs: a kept refresh token may be anybody's. */
  abstract ownerOf(refreshToken: Secret, tenantId: TenantId): Promise<KeptTokenOwner>;
}
