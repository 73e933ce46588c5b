import { Failure } from '#kernel';

/** A URL that may be looked at closer: what it says, not yet where it leads. @throws Failure `webhook_url_not_allowed` */
export function targetUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw notAllowed('It is not a URL.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw notAllowed('It must begin with https://.');
  if (url.username !== '' || url.password !== '') throw notAllowed('It must hold no user name or password.');
  if (url.hash !== '') throw notAllowed('It must have no fragment.');
  return url;
}

/** Its host as a name or as a bare address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

export function notAllowed(why: string): Failure {
  return new Failure('webhook_url_not_allowed', `A webhook may not go to this URL. ${why}`);
}
