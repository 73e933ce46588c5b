import { Secret } from '#kernel';
import type { DeskeraGrant } from '../grant.js';
import { emailIn, lifeSeconds, looksLikeJwt, readClaims } from './jwt-claims.js';
import { isRecord, readableText } from './untrusted.js';

/** The three shapes in which Deskera hands over a token pair. */
export type GrantShape = 'v1_exchange' | 'v1_refresh' | 'v2';

interface PairFields {
  readonly token: string;
  readonly refreshToken: string;
}

/**
 * V1's exchange also has `access_token`, `refresh_token` and `expires_in`, which Deskera's document marks "(Unused)":
 * only the deskera-* pair counts there, and no shape's expiry field says anything about it.
 */
const pairFields: Record<GrantShape, PairFields> = {
  v1_exchange: { token: 'deskera-token', refreshToken: 'deskera-refresh-token' },
  v1_refresh: { token: 'accessToken', refreshToken: 'refreshToken' },
  v2: { token: 'access_token', refreshToken: 'refresh_token' },
};

/** Real ones are about 2 KB; no HTTP server takes a header of this size. */
const longestToken = 65_536;

export interface GrantContext {
  /** The answer's `Date` header. */
  readonly answeredAt: Date | null;
  /** What a refresh sent; null for an exchange. */
  readonly sentRefreshToken: Secret | null;
}

/**
 * Reads a token pair out of an answer, believing no field of it.
 * A refresh that brings no new refresh token leaves the old one in force (RFC 6749, section 6).
 * @returns null where there is no readable pair
 */
export function readGrant(shape: GrantShape, body: unknown, context: GrantContext): DeskeraGrant | null {
  if (!isRecord(body)) return null;
  const fields = pairFields[shape];
  const token = tokenIn(body[fields.token]);
  const refreshToken = refreshTokenIn(body[fields.refreshToken], context.sentRefreshToken);
  if (token === null || refreshToken === null) return null;
  const claims = readClaims(token.reveal());
  const exchanged = shape === 'v1_exchange';
  return {
    token,
    refreshToken,
    orgId: claims.orgId,
    orgName: (exchanged ? readableText(body['org'], 256) : null) ?? claims.orgName,
    email: (exchanged ? emailIn(body['email']) : null) ?? claims.email,
    tokenLifeSeconds: lifeSeconds(claims, context.answeredAt),
    refreshTokenLifeSeconds: lifeSeconds(readClaims(refreshToken.reveal()), context.answeredAt),
  };
}

function tokenIn(value: unknown): Secret | null {
  if (typeof value !== 'string' || value.length > longestToken) return null;
  return looksLikeJwt(value) ? Secret.of(value) : null;
}

function refreshTokenIn(value: unknown, sent: Secret | null): Secret | null {
  const absent = value === undefined || value === null || value === '';
  return absent ? sent : tokenIn(value);
}
