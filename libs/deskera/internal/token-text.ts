import { Secret } from '#kernel';
import { looksLikeJwt } from './jwt-claims.js';

/** Real ones are about 2 KB; no HTTP server takes a header of this size. */
const longestToken = 65_536;
const absentWords = new Set(['', 'null', 'undefined']);

/** Whether the text can be a refresh token: opaque (RFC 6749, section 1.5), bounded, and without control characters. */
export function isRefreshTokenText(text: string): boolean {
  if (text.length > longestToken || absentWords.has(text) || !text.isWellFormed()) return false;
  return text === text.trim() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

/** A token for `x-access-token`, which is a JWT; null for anything else, a UUID included. */
export function tokenIn(value: unknown): Secret | null {
  const text = bareText(value);
  return text !== null && looksLikeJwt(text) ? Secret.of(text) : null;
}

export function refreshTokenIn(value: unknown): Secret | null {
  const text = bareText(value);
  return text !== null && isRefreshTokenText(text) ? Secret.of(text) : null;
}

/** Nothing was handed over under this name: RFC 6749, section 6, lets a refresh leave the refresh token out. */
export function isAbsent(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'string' && absentWords.has(value.trim()))
  );
}

/** Without surrounding white space, a byte order mark, and the name of the scheme. */
function bareText(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > longestToken + 1_024) return null;
  const text = value.trim().replace(/^bearer\s{1,8}/i, '');
  return text.length <= longestToken ? text.trim() : null;
}
