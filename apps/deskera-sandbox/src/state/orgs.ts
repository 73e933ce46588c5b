export interface Org {
  /** Deskera's tenantId: digits only, because its JWT carries it as a number. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** The person who connects it. */
  readonly userId: number;
  readonly currency: string;
  /** Grants numbered up to here are revoked, whatever else is known of them. */
  readonly revokedThrough: number;
  /** Access tokens numbered up to here are no longer valid. */
  readonly expiredThrough: number;
}

export interface NewOrg {
  readonly id?: string;
  readonly name: string;
  readonly email?: string;
}

const mostOrgs = 400_000;
const firstFreeId = 500_000;
const untouched = { revokedThrough: 0, expiredThrough: 0 };

const predefined: readonly Org[] = [
  { id: '11242', name: 'Singapore Org', email: 'ana@singapore-org.example', userId: 12075, currency: 'SGD' },
  { id: '11243', name: 'My Org', email: '', userId: 12075, currency: 'USD' },
  { id: '64934', name: 'Euro Org', email: 'ana@euro-org.example', userId: 51073, currency: 'EUR' },
  { id: '116903', name: 'Veem Org', email: 'ana@veem-org.example', userId: 126944, currency: 'USD' },
].map((org) => ({ ...org, ...untouched }));

export class Orgs {
  private readonly byId = new Map<string, Org>();
  private nextId = firstFreeId;

  constructor(orgs: Iterable<Org> = predefined) {
    for (const org of orgs) this.byId.set(org.id, org);
  }

  find(id: string): Org | undefined {
    return this.byId.get(id);
  }

  /** The first ones, in the order they were made. */
  list(limit: number): Org[] {
    return [...this.byId.values()].slice(0, limit);
  }

  get count(): number {
    return this.byId.size;
  }

  /** Adds an org, or renames the one of that id. Null where there are too many. */
  add({ id = this.freeId(), name, email = `owner@org-${id}.example` }: NewOrg): Org | null {
    const known = this.byId.get(id);
    if (known === undefined && this.byId.size >= mostOrgs) return null;
    const fresh = { userId: Number(id) + 1_000_000, currency: 'USD', ...untouched };
    const org = { ...(known ?? fresh), id, name, email };
    this.byId.set(id, org);
    return org;
  }

  /** Every grant issued so far is dead: its access tokens get 401, its refresh token is refused. */
  revoke(org: Org, lastNumber: number): void {
    this.byId.set(org.id, { ...org, revokedThrough: lastNumber });
  }

  /** Every access token issued so far is invalid at once; the refresh tokens stay good. */
  expire(org: Org, lastNumber: number): void {
    this.byId.set(org.id, { ...org, expiredThrough: lastNumber });
  }

  private freeId(): string {
    while (this.byId.has(String(this.nextId))) this.nextId += 1;
    return String(this.nextId);
  }
}
