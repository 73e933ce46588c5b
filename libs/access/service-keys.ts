import type { Secret } from '#kernel';
import type { Caller } from './caller.js';
import type { Scope } from './scopes.js';

export interface ServiceKeyRequest {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Exact ids or `prefix*`; `*` is all. */
  readonly tenants: readonly string[];
  /** Null: never. */
  readonly expiresAt: Date | null;
}

/** One of a key's secrets, which itself is kept nowhere. */
interface ServiceKeySecretView {
  readonly number: number;
  readonly createdAt: Date;
}

/** A service key as an admin may see it: neither secret nor hash. */
export interface ServiceKeyView {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly tenants: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** Late by no more than some seconds; null: never. */
  readonly lastUsedAt: Date | null;
  /** The live ones, oldest first: one or two, none of a revoked key. */
  readonly secrets: readonly ServiceKeySecretView[];
}

export interface CreatedServiceKey extends ServiceKeyView {
  /** Shown this once: only its hash is kept. */
  readonly key: Secret;
}

export interface CreatedSecret {
  readonly keyId: string;
  /** Counts up from 1 for ever: a removed secret's number never means another one. */
  readonly number: number;
  /** The whole key with this secret. Shown this once: only its hash is kept. */
  readonly key: Secret;
}

/** The keys of sibling services. Every method may throw Failure `broker_unavailable`. */
export abstract class ServiceKeys {
  /**
   * Keeps on record who made it.
   * @throws Failure `invalid_request` for an unknown scope, a malformed tenant pattern, an expiry that is not to come,
   * or an `admin` key that is limited to some tenants
   */
  abstract create(request: ServiceKeyRequest, creator: Caller): Promise<CreatedServiceKey>;
  /** Newest first, revoked ones included. */
  abstract list(): Promise<readonly ServiceKeyView[]>;
  /** @throws Failure `service_key_not_found`, not for a revoked one */
  abstract find(keyId: string): Promise<ServiceKeyView>;
  /**
   * A second secret beside the first, so that services can change over before the old one is removed. Keeps on record
   * who did it.
   * @throws Failure `service_key_not_found`, also for a revoked one; `service_key_secrets_full` where it has two
   */
  abstract addSecret(keyId: string, admin: Caller): Promise<CreatedSecret>;
  /**
   * The secret opens nothing more, on every replica within a second; the key's other one does. Keeps on record who did
   * it.
   * @throws Failure `service_key_not_found`, also for a revoked one; `service_key_secret_not_found` where none of that
   * number is live; `service_key_last_secret`: such a key is revoked instead
   */
  abstract removeSecret(keyId: string, number: number, admin: Caller): Promise<void>;
  /**
   * The key opens nothing more, on every replica within a second. Keeps on record who did it.
   * @throws Failure `service_key_not_found`, also for one revoked before
   */
  abstract revoke(keyId: string, revoker: Caller): Promise<void>;
}
