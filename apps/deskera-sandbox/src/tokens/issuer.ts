import { createHash } from 'node:crypto';
import type { SandboxClock } from '../clock.js';
import type { ApiVersion } from '../state/api-version.js';
import type { Counters } from '../state/counters.js';
import type { Grant, GrantHolder, IssuedToken, TokenPair } from '../state/grant.js';
import type { Grants, PairTerms } from '../state/grants.js';
import type { Org, Orgs } from '../state/orgs.js';
import type { JournalEvent } from '../state/journal.js';
import { decideRefresh, kept, moved, revoked, rotated } from '../state/rotation.js';
import type { Settings } from '../state/settings.js';
import { claimsFor, presentedToken, type PresentedToken, type TokenUse } from './claims.js';
import { TokenCopies } from './token-copies.js';
import type { TokenSigner } from './token-signer.js';

/** What the issuer works on; all of it but clock and signer is replaced at a reset. */
export interface IssuerGround {
  readonly clock: SandboxClock;
  readonly signer: TokenSigner;
  readonly firebaseToken: string;
  readonly settings: Settings;
  readonly grants: Grants;
  readonly orgs: Orgs;
  readonly counters: Counters;
  changeSettings(changes: Partial<Settings>): void;
  note(event: JournalEvent): void;
}

/** A pair as it goes over the wire. */
export interface HandedPair {
  readonly grantId: string;
  readonly org: Org;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export type RefreshResult =
  | { readonly kind: 'refreshed'; readonly pair: HandedPair }
  | { readonly kind: 'refused' }
  | { readonly kind: 'expired' };

/** Who presents a refresh token. V1 knows no client there: the refresh token alone is enough. */
export interface Presenter {
  readonly apiVersion: ApiVersion;
  readonly clientId: string | null;
}

const hourInSeconds = 3600;

/** Issues token pairs, trades refresh tokens, and knows which access tokens are valid. */
export class Issuer {
  private readonly copies = new TokenCopies();

  constructor(private readonly world: IssuerGround) {}

  /** A new grant; or, where the settings say so, the pair that a connect within the last hour handed out. */
  connect(holder: GrantHolder): HandedPair {
    const { settings, grants } = this.world;
    const earlier = settings.reuseTokensWithinHour ? grants.findLatest(holder) : undefined;
    if (earlier !== undefined && this.isAlive(earlier) && this.isWithinHour(earlier)) {
      return this.handOver(earlier, earlier.first, null);
    }
    const grant = grants.issue(holder, this.terms());
    return this.handOver(grant, grant.current, null);
  }

  refresh(refreshToken: string, by: Presenter): RefreshResult {
    const presented = this.read(refreshToken, 'refresh');
    const grant = presented === null ? undefined : this.world.grants.find(presented.grantId);
    if (presented === null || grant?.apiVersion !== by.apiVersion) return { kind: 'refused' };
    if (by.clientId !== null && by.clientId !== grant.clientId) return { kind: 'refused' };
    if (presented.number !== grant.current.refresh.number)
      this.world.counters.count('spentRefreshTokensPresented');
    if (!this.isAlive(grant)) return { kind: 'refused' };
    if (this.isOver(presented, this.world.settings.refreshTokenLifeSeconds)) return { kind: 'expired' };
    return this.trade(grant, presented.number);
  }

  /** Whether resource calls may be made with it now. */
  isValid(token: string): boolean {
    const presented = this.read(token, 'access');
    const grant = presented === null ? undefined : this.world.grants.find(presented.grantId);
    if (presented === null || grant === undefined || !this.isAlive(grant)) return false;
    const { settings } = this.world;
    if (settings.refreshEndsOldTokens && presented.number !== grant.current.access.number) return false;
    if (presented.number <= this.orgOf(grant).expiredThrough) return false;
    return !this.isOver(presented, settings.tokenLifeSeconds);
  }

  /** The org a token of either use was issued for, dead or alive; null where it is none of ours. */
  orgOfToken(token: string): Org | null {
    const grant = this.world.grants.find(this.presented(token)?.grantId ?? '');
    return grant === undefined ? null : this.orgOf(grant);
  }

  /** The grant and the number of a refresh token of ours, dead or alive. */
  refreshTokenOf(text: string): { readonly grantId: string; readonly number: number } | null {
    return this.read(text, 'refresh');
  }

  private trade(grant: Grant, presentedNumber: number): RefreshResult {
    const { settings, grants, counters, clock } = this.world;
    const decision = decideRefresh(grant, presentedNumber, settings, clock.now());
    if (decision === 'spent') return { kind: 'refused' };
    if (decision === 'reused') {
      counters.count('familiesRevoked');
      grants.replace(revoked(grant));
      this.world.note({ kind: 'family_revoked', grantId: grant.id, orgId: grant.orgId });
      return { kind: 'refused' };
    }
    const next = decision === 'repeat' ? grant : this.renewed(grant, decision);
    grants.replace(next);
    counters.count('refreshesSucceeded');
    return { kind: 'refreshed', pair: this.handOver(next, next.current, presentedNumber) };
  }

  private renewed(grant: Grant, how: 'rotate' | 'keep'): Grant {
    const pair = this.world.grants.newPair(this.terms());
    const whose = this.inOrgOfNextRefresh(grant);
    return how === 'rotate' ? rotated(whose, pair, this.world.clock.now()) : kept(whose, pair);
  }

  private inOrgOfNextRefresh(grant: Grant): Grant {
    const orgId = this.world.settings.wrongOrgOnRefresh;
    if (orgId === null) return grant;
    this.world.changeSettings({ wrongOrgOnRefresh: null });
    return moved(grant, orgId);
  }

  private handOver(grant: Grant, { access, refresh }: TokenPair, spentNumber: number | null): HandedPair {
    const org = this.orgOf(grant);
    const accessToken = this.text(org, grant, access, 'access');
    const refreshToken = this.text(org, grant, refresh, 'refresh');
    const [token, next] = [fingerprint(accessToken), fingerprint(refreshToken)];
    const whose = { grantId: grant.id, orgId: org.id };
    this.world.note({
      kind: 'issued',
      ...whose,
      token,
      refreshToken: next,
      number: refresh.number,
      spentNumber,
    });
    return { grantId: grant.id, org, accessToken, refreshToken };
  }

  private text(org: Org, grant: Grant, token: IssuedToken, use: TokenUse): string {
    const { signer, firebaseToken, settings } = this.world;
    const sign = (): string => signer.sign(claimsFor(org, grant, token, use, firebaseToken));
    return settings.signatures === 'each'
      ? sign()
      : this.copies.of(org.id, { ...token, grantId: grant.id, use }, sign);
  }

  private presented(token: string): PresentedToken | null {
    if (this.world.settings.signatures === 'first') {
      const copy = this.copies.read(token);
      if (copy !== null) return copy;
    }
    const claims = this.world.signer.read(token);
    return claims === null ? null : presentedToken(claims);
  }

  private read(token: string, use: TokenUse): PresentedToken | null {
    const presented = this.presented(token);
    return presented?.use === use ? presented : null;
  }

  private terms(): PairTerms {
    const { includeExp, tokenLifeSeconds, refreshTokenLifeSeconds } = this.world.settings;
    const lives = { accessSeconds: tokenLifeSeconds, refreshSeconds: refreshTokenLifeSeconds };
    return { nowSeconds: this.nowSeconds(), lives: includeExp ? lives : null };
  }

  private isAlive(grant: Grant): boolean {
    return !grant.revoked && grant.first.refresh.number > this.orgOf(grant).revokedThrough;
  }

  private isWithinHour(grant: Grant): boolean {
    return this.nowSeconds() - grant.first.access.issuedAtSeconds < hourInSeconds;
  }

  private isOver({ issuedAtSeconds, expiresAtSeconds }: PresentedToken, lifeSeconds: number): boolean {
    return this.nowSeconds() >= (expiresAtSeconds ?? issuedAtSeconds + lifeSeconds);
  }

  private nowSeconds(): number {
    return Math.floor(this.world.clock.now() / 1000);
  }

  private orgOf(grant: Grant): Org {
    const org = this.world.orgs.find(grant.orgId);
    if (org === undefined) throw new Error(`A grant names org ${grant.orgId}, which does not exist.`);
    return org;
  }
}

function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}
