import { listed } from './read-plain.js';
import { InvalidValue } from './variable.js';

/** An absolute http or https address to build others on: no credentials, query or fragment. */
export function httpUrl(text: string): string {
  // The URL parser forgives blanks, backslashes and missing slashes; whoever reads the setting would not see them.
  if (!/^https?:\/\/[^\s\\]+$/i.test(text)) throw new InvalidValue('must be an absolute http or https URL');
  const url = parsed(text);
  if (url.username !== '' || url.password !== '')
    throw new InvalidValue('must not hold a user name or password');
  if (/[?#]/.test(text)) throw new InvalidValue('must not have a query or a fragment');
  return url.href;
}

/** What a browser sends as `Origin` (RFC 6454 section 6.2): exactly scheme, host, and a port that is not the scheme's. */
export function origins(text: string): readonly string[] {
  return [...new Set(listed(text).map(origin))];
}

function origin(text: string): string {
  if (!/^https?:\/\//.test(text) || parsed(text).origin !== text) {
    throw new InvalidValue(
      'must be origins such as https://app.example.com, each without a path or a slash at its end',
    );
  }
  return text;
}

/** The error of the URL parser holds the text, so it goes no further. */
function parsed(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new InvalidValue('must be an absolute URL');
  return url;
}
