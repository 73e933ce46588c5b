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

/** A service key as an admin may see it: neither secret nor hash. */
export interface ServiceKeyView {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly tenants: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface CreatedServiceKey extends ServiceKeyView {
  /** Shown this once: only its hash is kept. */
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
  /**
   * The key opens nothing more, on every replica within a second. Keeps on record who did it.
   * @throws Failure `service_key_not_found`, also for one revoked before
   */
  abstract revoke(keyId: string, revoker: Caller): Promise<void>;
}
