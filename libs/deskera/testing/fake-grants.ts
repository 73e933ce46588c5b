import type { ApiVersion, Secret } from '#kernel';
import type { DeskeraGrant } from '../grant.js';
import { readClaims } from '../internal/jwt-claims.js';
import { lifeSeconds } from '../internal/token-life.js';
import { fakeToken } from './fake-token.js';

export interface FakeOrg {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface FakeGrantOptions {
  readonly now: () => Date;
  /** Null: tokens without `exp`. */
  readonly tokenLifeSeconds: number | null;
  readonly refreshTokenLifeSeconds: number | null;
  /** `strict`: a spent refresh token that is shown again ends its whole family. */
  readonly rotation: 'strict' | 'stable';
}

/** All grants that go back to one connect. */
interface Family {
  readonly org: FakeOrg;
  readonly apiVersion: ApiVersion;
  alive: boolean;
  refreshToken: Secret | null;
  /** Null: known to have ended before its time. */
  token: string | null;
}

/** What a Deskera in memory remembers of its grants. */
export class FakeGrants {
  readonly #codes = new Map<string, FakeOrg>();
  readonly #byRefreshToken = new Map<string, Family>();
  readonly #byToken = new Map<string, Family>();
  /** How often a refresh token that was spent came again. */
  spentShownAgain = 0;

  constructor(private readonly options: FakeGrantOptions) {}

  addCode(code: Secret, org: FakeOrg): void {
    this.#codes.set(code.reveal(), org);
  }

  /** @returns null for a code that is not known or was used */
  exchange(code: Secret, apiVersion: ApiVersion): DeskeraGrant | null {
    const org = this.#codes.get(code.reveal());
    this.#codes.delete(code.reveal());
    return org === undefined ? null : this.start(org, apiVersion);
  }

  start(org: FakeOrg, apiVersion: ApiVersion): DeskeraGrant {
    const family: Family = { org, apiVersion, alive: true, refreshToken: null, token: null };
    return this.#renew(family);
  }

  /** @returns null for a refresh token that is not known, spent, revoked or of the other flavour */
  refresh(refreshToken: Secret, apiVersion: ApiVersion): DeskeraGrant | null {
    const shown = refreshToken.reveal();
    const family = this.#byRefreshToken.get(shown);
    if (family?.alive !== true || family.apiVersion !== apiVersion) return null;
    if (family.refreshToken?.reveal() === shown) return this.#renew(family);
    this.spentShownAgain += 1;
    family.alive = false;
    return null;
  }

  isValid(token: Secret): boolean {
    const shown = token.reveal();
    const family = this.#byToken.get(shown);
    if (family?.alive !== true || family.token !== shown) return false;
    const { expiresAt } = readClaims(shown);
    return expiresAt === null || expiresAt * 1_000 > this.options.now().getTime();
  }

  /** Its tokens are bad from now on; they can be refreshed. */
  expire(orgId: string): void {
    for (const family of this.#of(orgId)) family.token = null;
  }

  revoke(orgId: string): void {
    for (const family of this.#of(orgId)) family.alive = false;
  }

  #of(orgId: string): Family[] {
    return [...this.#byRefreshToken.values()].filter(({ org }) => org.id === orgId);
  }

  #renew(family: Family): DeskeraGrant {
    const token = this.#sign(family.org, this.options.tokenLifeSeconds);
    const kept = this.options.rotation === 'stable' ? family.refreshToken : null;
    const refreshToken = kept ?? this.#sign(family.org, this.options.refreshTokenLifeSeconds);
    family.token = token.reveal();
    family.refreshToken = refreshToken;
    this.#byToken.set(family.token, family);
    this.#byRefreshToken.set(refreshToken.reveal(), family);
    return grantOf(token, refreshToken);
  }

  #sign({ id, name, email }: FakeOrg, life: number | null): Secret {
    const iat = Math.floor(this.options.now().getTime() / 1_000);
    return fakeToken({
      tenantId: id,
      website: name,
      email,
      iat,
      ...(life === null ? {} : { exp: iat + life }),
    });
  }
}

/** The grant as the real client would read it. */
export function grantOf(token: Secret, refreshToken: Secret): DeskeraGrant {
  const claims = readClaims(token.reveal());
  return {
    token,
    refreshToken,
    orgId: claims.orgId,
    orgName: claims.orgName,
    email: claims.email,
    tokenLifeSeconds: lifeSeconds(claims, null),
    refreshTokenLifeSeconds: lifeSeconds(readClaims(refreshToken.reveal()), null),
  };
}
