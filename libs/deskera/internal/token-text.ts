import { Secret } from '#kernel';
import { looksLikeJwt } from './jwt-claims.js';
import { isRecord } from './untrusted.js';

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

/**
 * Without surrounding white space, quotation marks, a byte order mark, and the name of the scheme; also where it stands alone
 * in a list or in an object of its own. A JWT may be broken into lines.
 */
function bareText(value: unknown): string | null {
  const carried = carriedText(value);
  if (carried === null || carried.length > longestToken + 1_024) return null;
  const text = carried
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replace(/^bearer\s{1,8}/i, '')
    .trim();
  if (text.length > longestToken) return null;
  const joined = text.replaceAll(/\s*[\r\n]+\s*/g, '');
  return looksLikeJwt(joined) ? joined : text;
}

const carriers = ['token', 'value', 'jwt'];

function carriedText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 1 && typeof value[0] === 'string' ? value[0] : null;
  if (!isRecord(value)) return null;
  const texts = carriers.map((name) => value[name]).filter((each) => typeof each === 'string');
  return texts[0] ?? null;
}
