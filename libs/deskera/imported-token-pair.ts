import type { Secret } from '#kernel';
import type { DeskeraGrant } from './grant.js';
import { looksLikeJwt, readClaims } from './internal/jwt-claims.js';
import { lifeSeconds } from './internal/token-life.js';

/** A pair that somebody has kept since Deskera handed it over. */
export interface ImportedTokenPair {
  /** Null where only the refresh token was kept. */
  readonly token: Secret | null;
  readonly refreshToken: Secret;
}

/** What a kept pair tells of itself: hints, as in `DeskeraGrant`. */
export interface KeptPairHints extends Omit<DeskeraGrant, 'token' | 'refreshToken'> {
  /** Since the token was issued, by the two clocks; null where it does not tell. */
  readonly ageSeconds: number | null;
  /** Both tokens name an org, and not the same one. */
  readonly orgsDiffer: boolean;
  /** Both lives are counted from the token's issue, so that they go together with `ageSeconds`. */
  readonly refreshTokenLifeSeconds: number | null;
}

/** Whether the text has the shape of Deskera's tokens: the three parts of a JWT (RFC 7519). */
export function isTokenText(text: string): boolean {
  return looksLikeJwt(text);
}

/** Whether the text can be a refresh token, which is opaque (RFC 6749, section 1.5). */
export { isRefreshTokenText } from './internal/token-text.js';

/** Reads the hints of a kept pair, believing none of them. */
export function readKeptPair({ token, refreshToken }: ImportedTokenPair, now: Date): KeptPairHints {
  const own = token === null ? null : readClaims(token.reveal());
  const refreshing = readClaims(refreshToken.reveal());
  const nowSeconds = now.getTime() / 1_000;
  const issuedAt = own?.issuedAt ?? null;
  const ageSeconds = issuedAt === null ? null : Math.max(0, nowSeconds - issuedAt);
  return {
    orgId: own?.orgId ?? refreshing.orgId,
    orgName: own?.orgName ?? refreshing.orgName,
    email: own?.email ?? refreshing.email,
    tokenLifeSeconds: own === null ? null : lifeSeconds(own, now),
    refreshTokenLifeSeconds: lifeSeconds({ ...refreshing, issuedAt }, now),
    ageSeconds,
    orgsDiffer: typeof own?.orgId === 'string' && refreshing.orgId !== null && own.orgId !== refreshing.orgId,
  };
}
