import type { AuthPageRequest } from '../deskera.js';
import type { DeskeraOptions } from '../options.js';

/**
 * The page on which a person logs in and consents. V1 takes `redirect_uri`, which is where the browser lands in the
 * end and not RFC 6749's; V2 knows the registered address alone.
 */
export function authPageUrl(
  options: Pick<DeskeraOptions, 'authUrls' | 'credentials'>,
  { apiVersion, state, landingUrl }: AuthPageRequest,
): string {
  const url = new URL(options.authUrls[apiVersion]);
  url.searchParams.set('client_id', options.credentials[apiVersion].clientId);
  url.searchParams.set('scope', 'write');
  url.searchParams.set('state', state.reveal());
  url.searchParams.set('response_type', 'code');
  if (apiVersion === 'v1') url.searchParams.set('redirect_uri', landingUrl);
  return url.href;
}
