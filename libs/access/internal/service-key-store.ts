/** The terms of a service key. */
export interface ServiceKeyTerms {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Exact ids or `prefix*`; `*` means all tenants. */
  readonly tenants: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** One secret of a key, without its hash. */
interface ServiceKeySecretRecord {
  /** Counts up from 1; numbers are never reused. */
  readonly number: number;
  readonly createdAt: Date;
}

/** A key for display. */
export interface ServiceKeyRecord extends ServiceKeyTerms {
  /** Valid secrets, oldest first; none for a revoked key. */
  readonly secrets: readonly ServiceKeySecretRecord[];
  /** Last recorded use; null if there is none. */
  readonly lastUsedAt: Date | null;
}

/** The values that authenticate a caller: hashes of the valid secrets, and the expiry by the database's clock. */
export interface ServiceKeyCredential extends ServiceKeyTerms {
  readonly liveSecretSha256: readonly Buffer[];
  /** Seconds from the read to the expiry, possibly with a fraction; null if the key never expires. */
  readonly expiresInSeconds: number | null;
}

export interface NewServiceKey {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenants: readonly string[];
  readonly expiresAt: Date | null;
  readonly secretSha256: Buffer;
}

/** `full`: the key has two valid secrets; `key_not_found`: also for a revoked key. */
export type SecretAdded =
  { readonly kind: 'added'; readonly number: number } | { readonly kind: 'full' | 'key_not_found' };

/** `last`: the secret is the key's only valid one; `not_found`: no valid secret has this number. */
export type SecretRemoved = 'removed' | 'last' | 'not_found' | 'key_not_found';

export interface ServiceKeyUse {
  readonly keyId: string;
  /** By the database's clock. */
  readonly at: Date;
}

/**
 * Stores service keys. Every change of a key publishes `key:<keyId>` in the same transaction, so that every replica
 * forgets the cached key. Every method may throw Failure `broker_unavailable`.
 */
export abstract class ServiceKeyStore {
  /** Creates a key with its first secret, number 1. */
  abstract create(key: NewServiceKey): Promise<ServiceKeyRecord>;
  /** Newest first, revoked ones included. */
  abstract list(): Promise<ServiceKeyRecord[]>;
  abstract find(keyId: string): Promise<ServiceKeyRecord | null>;
  abstract findCredential(keyId: string): Promise<ServiceKeyCredential | null>;
  /** @returns the ids that belong to a key, revoked ones included */
  abstract existing(keyIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** @returns false if the key does not exist or is revoked already */
  abstract revoke(keyId: string): Promise<boolean>;
  /** A key has at most two valid secrets, also with concurrent calls. */
  abstract addSecret(keyId: string, sha256: Buffer): Promise<SecretAdded>;
  /** One valid secret is always left, also with concurrent calls. */
  abstract removeSecret(keyId: string, number: number): Promise<SecretRemoved>;
  /** Records uses of keys, at most one per key. A time before the recorded one changes nothing. */
  abstract recordUses(uses: readonly ServiceKeyUse[]): Promise<void>;
  /** Records an action of an administrator; `actor` is `key:<keyId>` or `admin_key`. */
  abstract recordAdminAction(actor: string, action: string, subject: string | null): Promise<void>;
}
