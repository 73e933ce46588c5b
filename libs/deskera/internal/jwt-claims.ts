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

const jwtShape = /^[A-Za-z0-9_+/-]+={0,2}\.[A-Za-z0-9_+/-]+={0,2}\.[A-Za-z0-9_+/-]*={0,2}$/;
const idShape = /^[\x21-\x7e]{1,128}$/;
/** Above this a time is in milli-, micro- or nanoseconds: as seconds it would be in the year 5138. */
const greatestSeconds = 1e11;
/** Numeric dates as JSON may write them: digits in a string, a fraction, an exponent. */
const numericText = /^\+?\d{1,20}(?:\.\d{0,20})?(?:e\+?\d{1,2})?$/i;
/** ISO 8601. Without a zone it is UTC, as every NumericDate is. */
const dateText = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * The compact form of RFC 7519: three parts in base64url. Base64 with `+`, `/` and padding is accepted as well. Whether the
 * parts hold JSON is another matter.
 */
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
  const number = typeof value === 'string' ? secondsInText(value.trim()) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return null;
  const unit = [1, 1e3, 1e6, 1e9].find((perSecond) => number / perSecond <= greatestSeconds);
  return unit === undefined ? null : number / unit;
}

function secondsInText(text: string): number {
  const [, date, time, zone] = dateText.exec(text) ?? [];
  if (date !== undefined && time !== undefined) return Date.parse(`${date}T${time}${zone ?? 'Z'}`) / 1_000;
  return numericText.test(text) ? Number(text) : Number.NaN;
}
