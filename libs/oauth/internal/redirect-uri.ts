import { Failure } from '#kernel';

const longest = 2048;

/**
 * Validates the address to which a service has a person's browser sent: its parsed origin must be one that the
 * operator configured (RFC 9700, section 4.1).
 * @returns the address as every browser reads it
 * @throws Failure `invalid_redirect_uri`
 */
export function allowedRedirectUri(text: string, origins: readonly string[]): string {
  const url = URL.parse(text);
  if (url === null || text.length > longest)
    throw refused('It is not an absolute address of at most 2048 characters.');
  if (!isWebAddress(url)) throw refused('It must be an http or https address.');
  if (hasCredentials(url)) throw refused('It must hold no user name or password.');
  if (text.includes('#')) throw refused('It must have no fragment.');
  if (!origins.includes(url.origin)) throw refused('Its origin is not one of CONNECT_REDIRECT_ORIGINS.');
  return url.href;
}

function isWebAddress({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

function hasCredentials({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}

function refused(why: string): Failure {
  return new Failure('invalid_redirect_uri', `The redirectUri is not allowed. ${why}`);
}
