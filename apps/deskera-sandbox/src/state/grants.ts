import { randomUUID } from 'node:crypto';
import type { Grant, GrantHolder, TokenPair } from './grant.js';

export interface PairTerms {
  readonly nowSeconds: number;
  /** Null where tokens tell no `exp`. */
  readonly lives: { readonly accessSeconds: number; readonly refreshSeconds: number } | null;
}

export interface SavedGrants {
  readonly lastNumber: number;
  readonly grants: readonly Grant[];
}

const mostGrants = 400_000;

/** All grants, bounded: beyond the limit the oldest is forgotten, as if revoked. */
export class Grants {
  private readonly byId = new Map<string, Grant>();
  private readonly latestId = new Map<string, string>();
  private numbered = 0;

  constructor(saved?: SavedGrants) {
    this.numbered = saved?.lastNumber ?? 0;
    for (const grant of saved?.grants ?? []) this.keep(grant);
  }

  /** The number of the token issued last. */
  get lastNumber(): number {
    return this.numbered;
  }

  find(id: string): Grant | undefined {
    return this.byId.get(id);
  }

  /** The grant that this client was given last for this org. */
  findLatest(holder: GrantHolder): Grant | undefined {
    return this.byId.get(this.latestId.get(holderKey(holder)) ?? '');
  }

  issue({ clientId, orgId, apiVersion }: GrantHolder, terms: PairTerms): Grant {
    const pair = this.newPair(terms);
    const whose = { clientId, orgId, apiVersion };
    const grant = { id: randomUUID(), ...whose, first: pair, current: pair, lastSpent: null, revoked: false };
    this.keep(grant);
    return grant;
  }

  /** Numbers the next two tokens. */
  newPair({ nowSeconds, lives }: PairTerms): TokenPair {
    this.numbered += 2;
    const token = (number: number, lifeSeconds: number | undefined) => ({
      number,
      issuedAtSeconds: nowSeconds,
      expiresAtSeconds: lifeSeconds === undefined ? null : nowSeconds + lifeSeconds,
    });
    return {
      access: token(this.numbered - 1, lives?.accessSeconds),
      refresh: token(this.numbered, lives?.refreshSeconds),
    };
  }

  replace(grant: Grant): void {
    this.byId.set(grant.id, grant);
  }

  save(): SavedGrants {
    return { lastNumber: this.numbered, grants: [...this.byId.values()] };
  }

  private keep(grant: Grant): void {
    this.byId.set(grant.id, grant);
    this.latestId.set(holderKey(grant), grant.id);
    const [oldest] = this.byId.values();
    if (oldest !== undefined && this.byId.size > mostGrants) this.forget(oldest);
  }

  private forget(grant: Grant): void {
    this.byId.delete(grant.id);
    if (this.latestId.get(holderKey(grant)) === grant.id) this.latestId.delete(holderKey(grant));
  }
}

function holderKey({ clientId, orgId, apiVersion }: GrantHolder): string {
  return `${apiVersion} ${orgId} ${clientId}`;
}
