/** A sibling service's key. Its secrets are kept as SHA-256 only. */
export interface ServiceKeyRecord {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Exact ids or `prefix*`; `*` is all. */
  readonly tenants: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** A key with what is needed to check a caller: hashes of its live secrets, and expiry by the database's clock. */
export interface ServiceKeyCredential extends ServiceKeyRecord {
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

/**
 * Service keys. Creating and revoking publish a change `key:<keyId>` in the same transaction, so that every replica
 * forgets what it remembered. Every method may throw Failure `broker_unavailable`.
 */
export abstract class ServiceKeyStore {
  abstract create(key: NewServiceKey): Promise<ServiceKeyRecord>;
  /** Newest first, revoked ones included. */
  abstract list(): Promise<ServiceKeyRecord[]>;
  abstract findCredential(keyId: string): Promise<ServiceKeyCredential | null>;
  /** @returns false where there is no such key, or it was revoked before. */
  abstract revoke(keyId: string): Promise<boolean>;
  /** Keeps what an admin did; `actor` is `key:<keyId>` or `admin_key`. */
  abstract recordAdminAction(actor: string, action: string, subject: string | null): Promise<void>;
}
