/**
 * `Retry-After` in seconds (RFC 9110 section 10.2.3), undefined where there is none that can be read. A date is
 * taken against the answer's own `Date`, so that this machine's clock does not matter.
 */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const until = Date.parse(value);
  const now = Date.parse(headers.get('date') ?? '');
  if (!value.endsWith('GMT') || Number.isNaN(until) || Number.isNaN(now)) return undefined;
  return Math.max(0, Math.ceil((until - now) / 1_000));
}
