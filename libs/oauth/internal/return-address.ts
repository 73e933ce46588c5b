import type { ConnectSessionRecord } from '#connections';

/** Query parameters of the redirect, without a secret. */
export interface ReturnFacts {
  readonly session: string;
  readonly status: string;
  readonly code?: string | undefined;
}

const ours = ['session', 'status', 'code'];

/**
 * The address with `session`, `status` and `code` appended. Its own query is unchanged, except that parameters of
 * these names are removed, so that they are unambiguous.
 */
export function withReturnFacts(address: string, facts: ReturnFacts): string {
  const url = new URL(address);
  for (const name of ours) if (url.searchParams.has(name)) url.searchParams.delete(name);
  const added = new URLSearchParams({ session: facts.session, status: facts.status });
  if (facts.code !== undefined) added.set('code', facts.code);
  url.search = url.search === '' ? added.toString() : `${url.search}&${added.toString()}`;
  return url.href;
}

/** The page at which a connect ends: the service's, or the broker's. */
export function returnAddress(publicUrl: string, redirectUri: string | null, facts: ReturnFacts): string {
  const ownPage = facts.code === undefined ? '/connected' : '/not-connected';
  return withReturnFacts(redirectUri ?? publicUrl + ownPage, facts);
}

/**
 * The page to which Deskera's V1 authorization page sends the browser after a 2xx answer to the callback. An
 * activation by the browser needs its cookie, so the browser has to come to the broker first.
 */
export function landingUrl(
  publicUrl: string,
  sessionId: string,
  { activation, redirectUri }: Pick<ConnectSessionRecord, 'activation' | 'redirectUri'>,
): string {
  if (redirectUri === null || activation === 'browser') return `${publicUrl}/connected?session=${sessionId}`;
  const status = activation === 'confirm' ? 'awaiting_activation' : 'connected';
  return withReturnFacts(redirectUri, { session: sessionId, status });
}
