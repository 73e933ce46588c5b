const longestSeconds = 86_400;

/**
 * `Retry-After` as whole seconds (RFC 9110, section 10.2.3: seconds or an HTTP date).
 * @param now the answer's own `Date` where it has one, so that the two come from one clock
 * @returns 0 to one day; null where it is missing or cannot be read
 */
export function retryAfterSeconds(value: string | null, now: Date): number | null {
  if (value === null) return null;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text), longestSeconds);
  const at = httpDate(text);
  if (at === null) return null;
  const seconds = Math.ceil((at.getTime() - now.getTime()) / 1_000);
  return Math.min(Math.max(seconds, 0), longestSeconds);
}

/** A date as in `Date` and `Retry-After` (RFC 9110, section 5.6.7); null where it cannot be read. */
export function httpDate(value: string | null): Date | null {
  if (value === null || !/^[A-Z][a-z]{2,8},? .+\d/.test(value)) return null;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? null : at;
}
