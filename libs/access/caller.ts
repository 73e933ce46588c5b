import type { Scope } from './scopes.js';
import { TenantPatterns } from './tenant-patterns.js';

export interface CallerRights {
  /** `key:<keyId>`, `admin_key` for the one of the configuration, `cli` for the command line: how history names the caller. */
  readonly actor: string;
  readonly scopes: readonly string[];
  readonly tenants: readonly string[];
}

const ofKey = 'key:';

/** Somebody who showed a good key. */
export class Caller {
  readonly actor: string;
  /** Null for who is no service, such as the admin key of the configuration. */
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
