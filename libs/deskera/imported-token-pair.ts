import type { Secret } from '#kernel';
import type { DeskeraGrant } from './grant.js';
import { looksLikeJwt, readClaims } from './internal/jwt-claims.js';
import { lifeSeconds } from './internal/token-life.js';

/** A pair that another program obtained from Deskera earlier. */
export interface ImportedTokenPair {
  /** Null if only the refresh token is known. */
  readonly token: Secret | null;
  readonly refreshToken: Secret;
}

/** Hints from the claims of an imported pair, as in `DeskeraGrant`. */
export interface KeptPairHints extends Omit<DeskeraGrant, 'token' | 'refreshToken'> {
  /** Seconds since the token was issued, by the two clocks; null if unknown. */
  readonly ageSeconds: number | null;
  /** True if the two tokens name different orgs. */
  readonly orgsDiffer: boolean;
  /** Both lives count from the issue of the token, as `ageSeconds` does. */
  readonly refreshTokenLifeSeconds: number | null;
}

/** Whether the text has the form of Deskera's tokens: the three parts of a JWT (RFC 7519). */
export function isTokenText(text: string): boolean {
  return looksLikeJwt(text);
}

/** Whether the text can be a refresh token, which is opaque (RFC 6749, section 1.5). */
export { isRefreshTokenText } from './internal/token-text.js';

/** Reads the hints of an imported pair. None of them is trusted. */
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
