/** What a sibling service's key was made for, and for how long. */
export interface ServiceKeyTerms {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Exact ids or `prefix*`; `*` is all. */
  readonly tenants: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** One of a key's secrets, without its hash. */
interface ServiceKeySecretRecord {
  /** Counts up from 1 for ever: no number of a key means two secrets. */
  readonly number: number;
  readonly createdAt: Date;
}

/** A key as it is looked at. */
export interface ServiceKeyRecord extends ServiceKeyTerms {
  /** The live ones, oldest first; none of a revoked key. */
  readonly secrets: readonly ServiceKeySecretRecord[];
  /** As far as it was recorded; null: never. */
  readonly lastUsedAt: Date | null;
}

/** A key with what is needed to check a caller: hashes of its live secrets, and expiry by the database's clock. */
export interface ServiceKeyCredential extends ServiceKeyTerms {
  readonly liveSecretSha256: readonly Buffer[];
  /** Whole or broken seconds until it expires, from the moment of the read; null: never. */
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

/** `full`: it has two live secrets; `key_not_found`: also for one that was revoked. */
export type SecretAdded =
  { readonly kind: 'added'; readonly number: number } | { readonly kind: 'full' | 'key_not_found' };

/** `last`: without it nothing would open with the key; `not_found`: none of that number is live. */
export type SecretRemoved = 'removed' | 'last' | 'not_found' | 'key_not_found';

export interface ServiceKeyUse {
  readonly keyId: string;
  /** By the database's clock. */
  readonly at: Date;
}

/**
 * Service keys. What changes whom a key lets in publishes a change `key:<keyId>` in the same transaction, so that every
 * replica forgets what it remembered. Every method may throw Failure `broker_unavailable`.
 */
export abstract class ServiceKeyStore {
  /** With its secret of number 1. */
  abstract create(key: NewServiceKey): Promise<ServiceKeyRecord>;
  /** Newest first, revoked ones included. */
  abstract list(): Promise<ServiceKeyRecord[]>;
  abstract find(keyId: string): Promise<ServiceKeyRecord | null>;
  abstract findCredential(keyId: string): Promise<ServiceKeyCredential | null>;
  /** @returns those of the ids that are a key's, revoked ones included */
  abstract existing(keyIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** @returns false where there is no such key, or it was revoked before. */
  abstract revoke(keyId: string): Promise<boolean>;
  /** However many ask at once, a key has at most two live secrets. */
  abstract addSecret(keyId: string, sha256: Buffer): Promise<SecretAdded>;
  /** However many ask at once, one live secret is left. */
  abstract removeSecret(keyId: string, number: number): Promise<SecretRemoved>;
  /** Keeps when keys were used; an older time than the recorded one changes nothing. At most one of each key. */
  abstract recordUses(uses: readonly ServiceKeyUse[]): Promise<void>;
  /** Keeps what an admin did; `actor` is `key:<keyId>` or `admin_key`. */
  abstract recordAdminAction(actor: string, action: string, subject: string | null): Promise<void>;
}
