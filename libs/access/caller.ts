import type { Scope } from './scopes.js';
import { TenantPatterns } from './tenant-patterns.js';

export interface CallerRights {
  /**
   * The caller's name in histories: `key:<keyId>`, `admin_key` for the configured key, `cli` for the command line.
   */
  readonly actor: string;
  readonly scopes: readonly string[];
  readonly tenants: readonly string[];
}

const ofKey = 'key:';

/** A caller with a valid key. */
export class Caller {
  readonly actor: string;
  /** Null if the caller is not a service, as with the configured admin key. */
  readonly keyId: string | null;
  readonly #scopes: ReadonlySet<string>;
  readonly #tenants: TenantPatterns;

  constructor({ actor, scopes, tenants }: CallerRights) {
    this.actor = actor;
    this.keyId = actor.startsWith(ofKey) ? actor.slice(ofKey.length) : null;
    this.#scopes = new Set(scopes);
    this.#tenants = new TenantPatterns(tenants);
  }

  hasScope(scope: Scope): boolean {
    return this.#scopes.has(scope) || this.#scopes.has('admin');
  }

  canAccessTenant(tenantId: string): boolean {
    return this.#tenants.cover(tenantId);
  }
}
