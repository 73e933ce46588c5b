import { isRecord, readableText } from './untrusted.js';

/**
 * What Deskera's JWTs say, as far as it is readable. The signature cannot be checked, for no key is published: claims
 * are hints, never authorization.
 */
export interface JwtClaims {
  readonly orgId: string | null;
  readonly orgName: string | null;
  readonly email: string | null;
  /** Seconds since 1970, by Deskera's clock. */
  readonly issuedAt: number | null;
  readonly expiresAt: number | null;
}

const jwtShape = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;
const idShape = /^[\x21-\x7e]{1,128}$/;
/** Above this a time is in milliseconds: as seconds it would be in the year 5138. */
const greatestSeconds = 1e11;
const longestLifeSeconds = 400 * 86_400;

/** The compact form of RFC 7519: three base64url parts. Whether they hold JSON is another matter. */
export function looksLikeJwt(text: string): boolean {
  return jwtShape.test(text);
}

/** Reads the claims without verifying anything; what is not readable is null. */
export function readClaims(jwt: string): JwtClaims {
  const claims = payloadOf(jwt);
  return {
    orgId: orgIdIn(claims),
    orgName: readableText(claims['website'], 256),
    email: emailIn(claims['email']),
    issuedAt: secondsIn(claims['iat']),
    expiresAt: secondsIn(claims['exp']),
  };
}

/**
 * `exp` − `iat`, both of Deskera's one clock; without `iat` counted from the answer's `Date`.
 * @returns whole seconds; null where unknown, and where it is not above 0 or is more than 400 days
 */
export function lifeSeconds({ issuedAt, expiresAt }: JwtClaims, answeredAt: Date | null): number | null {
  const from = issuedAt ?? (answeredAt === null ? null : answeredAt.getTime() / 1_000);
  if (from === null || expiresAt === null) return null;
  const life = Math.floor(expiresAt - from);
  return life > 0 && life <= longestLifeSeconds ? life : null;
}

/** An address as far as it can be shown to a person; null for anything else. */
export function emailIn(value: unknown): string | null {
  const text = readableText(value, 320);
  return text?.includes('@') === true ? text : null;
}

function payloadOf(jwt: string): Record<string, unknown> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return isRecord(payload) ? payload : {};
  } catch {
    return {};
  }
}

/** `tenantId`, else the second half of `user_name` ("userId:tenantId"). */
function orgIdIn(claims: Record<string, unknown>): string | null {
  const own = idOf(claims['tenantId']);
  if (own !== null) return own;
  const userName = claims['user_name'];
  if (typeof userName !== 'string') return null;
  const halves = userName.split(':');
  return halves.length === 2 ? idOf(halves[1]) : null;
}

function idOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === 'string' && idShape.test(value) ? value : null;
}

function secondsIn(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return null;
  return value > greatestSeconds ? value / 1_000 : value;
}
