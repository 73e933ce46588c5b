/**
 * V1's callback may be a script of Deskera's auth page: that page's origin may read the answer, nobody else's, and no
 * cookie takes part.
 */
export function corsHeaders(
  origin: string | undefined,
  authPageOrigins: readonly string[],
): Record<string, string> {
  const vary = { vary: 'Origin' };
  if (origin === undefined || !authPageOrigins.includes(origin)) return vary;
  return {
    ...vary,
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'retry-after, x-request-id',
  };
}

/** The answer to a preflight: the same, with what may be sent. */
export function preflightHeaders(
  origin: string | undefined,
  authPageOrigins: readonly string[],
): Record<string, string> {
  const headers = corsHeaders(origin, authPageOrigins);
  if (headers['access-control-allow-origin'] === undefined) return headers;
  return {
    ...headers,
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': 'accept, content-type, x-request-id, x-requested-with',
    'access-control-max-age': '600',
  };
}
