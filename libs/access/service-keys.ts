import type { Secret } from '#kernel';
import type { Caller } from './caller.js';
import type { Scope } from './scopes.js';

export interface ServiceKeyRequest {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Exact ids or `prefix*`; `*` means all tenants. */
  readonly tenants: readonly string[];
  /** Null if the key never expires. */
  readonly expiresAt: Date | null;
}

/** One secret of a key. Only its hash is stored. */
interface ServiceKeySecretView {
  readonly number: number;
  readonly createdAt: Date;
}

/** A service key without its secrets and hashes. */
export interface ServiceKeyView {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly tenants: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** Accurate to a few seconds; null if the key was never used. */
  readonly lastUsedAt: Date | null;
  /** Valid secrets, oldest first: one or two, none for a revoked key. */
  readonly secrets: readonly ServiceKeySecretView[];
}

export interface CreatedServiceKey extends ServiceKeyView {
  /** Shown only once; only the hash is stored. */
  readonly key: Secret;
}

export interface CreatedSecret {
  readonly keyId: string;
  /** Counts up from 1; numbers are never reused. */
  readonly number: number;
  /** The whole key with this secret. Shown only once; only the hash is stored. */
  readonly key: Secret;
}

/** The keys of sibling services. Every method may throw Failure `broker_unavailable`. */
export abstract class ServiceKeys {
  /**
   * Creates a key and records the creator.
   * @throws Failure `invalid_request` for an unknown scope, a malformed tenant pattern, an expiry in the past, or an
   * `admin` key that is limited to some tenants
   */
  abstract create(request: ServiceKeyRequest, creator: Caller): Promise<CreatedServiceKey>;
  /** Newest first, revoked ones included. */
  abstract list(): Promise<readonly ServiceKeyView[]>;
  /**
   * Returns revoked keys as well.
   * @throws Failure `service_key_not_found`
   */
  abstract find(keyId: string): Promise<ServiceKeyView>;
  /**
   * Adds a second secret, so that services can change over before the old one is removed. Records the actor.
   * @throws Failure `service_key_not_found`, also for a revoked key; `service_key_secrets_full` if the key has two
   * secrets
   */
  abstract addSecret(keyId: string, admin: Caller): Promise<CreatedSecret>;
  /**
   * Invalidates the secret on every replica within a second; the key's other secret stays valid. Records the actor.
   * @throws Failure `service_key_not_found`, also for a revoked key; `service_key_secret_not_found` if no valid
   * secret has this number; `service_key_last_secret`: revoke the key instead
   */
  abstract removeSecret(keyId: string, number: number, admin: Caller): Promise<void>;
  /**
   * Invalidates the key on every replica within a second. Records the actor.
   * @throws Failure `service_key_not_found`, also for a key that is revoked already
   */
  abstract revoke(keyId: string, revoker: Caller): Promise<void>;
}
