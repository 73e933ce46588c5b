import type { ConnectSessionRecord } from '#connections';

/** What the browser brings along when it is sent on. Holds no secret. */
export interface ReturnFacts {
  readonly session: string;
  readonly status: string;
  readonly code?: string | undefined;
}

const ours = ['session', 'status', 'code'];

/**
 * The address with `session`, `status` and `code` appended. Its own query stays as it was written, but for parameters
 * of these names: the page there must not have to guess which of two is ours.
 */
export function withReturnFacts(address: string, facts: ReturnFacts): string {
  const url = new URL(address);
  for (const name of ours) if (url.searchParams.has(name)) url.searchParams.delete(name);
  const added = new URLSearchParams({ session: facts.session, status: facts.status });
  if (facts.code !== undefined) added.set('code', facts.code);
  url.search = url.search === '' ? added.toString() : `${url.search}&${added.toString()}`;
  return url.href;
}

/** Where a connect through the browser ends: at the service's page, or at one of ours. */
export function returnAddress(publicUrl: string, redirectUri: string | null, facts: ReturnFacts): string {
  const ownPage = facts.code === undefined ? '/connected' : '/not-connected';
  return withReturnFacts(redirectUri ?? publicUrl + ownPage, facts);
}

/**
 * Where Deskera's V1 auth page sends the browser after a callback that was answered 2XX. An activation by the browser
 * needs the browser's cookie, so it has to come by here first.
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
