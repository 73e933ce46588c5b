import { Secret } from '#kernel';
import { InvalidValue } from './variable.js';

/** The reason that makes a value unfit, without any of it; null: none. */
type Rule = (value: string) => string | null;

const anyText: Rule = () => null;
const aPath: Rule = (value) => (/^[^\0\n]{1,1000}$/.test(value) ? null : 'must be the path of a file');

function among(...choices: readonly string[]): Rule {
  return (value) => (choices.includes(value) ? null : `must be one of ${choices.join(', ')}`);
}

/** Parameters that the broker or `pg` really honors. Ignoring another one would be worse than refusing it. */
const parameters: Readonly<Record<string, Rule>> = {
  application_name: anyText,
  fallback_application_name: anyText,
  options: anyText,
  connect_timeout: (value) => (/^\d{1,4}$/.test(value) ? null : 'must be whole seconds'),
  // The broker works on a server that takes writes, and on no other, whether or not this is said.
  target_session_attrs: among('read-write', 'primary'),
  client_encoding: (value) => (/^utf-?8$/i.test(value) ? null : 'must be UTF8'),
  ssl: among('true', '1', '0', 'no-verify'),
  sslmode: among('disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'),
  sslcert: aPath,
  sslkey: aPath,
  sslrootcert: aPath,
  sslnegotiation: among('postgres', 'direct'),
  uselibpqcompat: among('true'),
};

/** Only where the URL names no host of its own: a socket has no place in it. */
const socketParameters: Readonly<Record<string, Rule>> = {
  host: (value) => (value.startsWith('/') ? null : 'must be the folder of a socket'),
  port: (value) => (/^\d{1,5}$/.test(value) ? null : 'must be a number'),
  user: anyText,
  password: anyText,
};

const severalHosts = 'names several hosts, which is not supported: name one that leads to the primary';

/** A connection string that `pg` takes. It is a secret as a whole: it holds the password. */
export function databaseUrl(text: string): Secret {
  if (!/^postgres(ql)?:\/\/\S+$/.test(text))
    throw new InvalidValue('must be a URL that begins with postgres://');
  if (authorityOf(text).includes(',')) throw new InvalidValue(severalHosts);
  const url = URL.parse(text);
  if (url === null) throw new InvalidValue('must be an absolute URL');
  requireEncoded(text, url);
  requireKnown(url);
  requireMeaningful(url);
  return Secret.of(text);
}

/** User name and password are left out: a comma may be part of them. */
function authorityOf(text: string): string {
  const authority = /^[a-z]+:\/\/(?<authority>[^/?#]*)/.exec(text)?.groups?.['authority'] ?? '';
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/** A `?` or `#` in a password ends it: what follows must not be taken for parameters, nor be named in a message. */
function requireEncoded(text: string, url: URL): void {
  const isCut =
    url.hash !== '' || text.endsWith('#') || url.search.includes('@') || url.pathname.includes('@');
  if (isCut)
    throw new InvalidValue('must have special characters of its user name and password percent-encoded');
  const parts = [url.username, url.password, url.pathname, url.hostname];
  if (!parts.every(isDecodable)) throw new InvalidValue('holds a % that begins no percent-encoding');
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

function requireKnown(url: URL): void {
  const known = url.hostname === '' ? { ...parameters, ...socketParameters } : parameters;
  const names = [...url.searchParams.keys()];
  const [unknown] = names.filter((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined)
    throw new InvalidValue(`has a parameter that is not supported: ${shown(unknown)}`);
  const [repeated] = names.filter((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new InvalidValue(`has a parameter more than once: ${repeated}`);
  for (const [name, value] of url.searchParams) {
    if (name === 'host' && value.includes(',')) throw new InvalidValue(severalHosts);
    const reason = value === '' ? 'must not be empty' : (known[name]?.(value) ?? null);
    if (reason !== null) throw new InvalidValue(`has a parameter that cannot be used: ${name} ${reason}`);
  }
}

/** Each is taken by itself, and `pg` would refuse them together, or ignore one, at the first login. */
function requireMeaningful({ searchParams }: URL): void {
  const sslmode = searchParams.get('sslmode');
  const isLibpq = searchParams.has('uselibpqcompat');
  if (isLibpq && sslmode === 'verify-ca' && !searchParams.has('sslrootcert')) {
    throw new InvalidValue('has a parameter that cannot be used: sslmode verify-ca needs sslrootcert');
  }
  const isOff = sslmode === 'disable' || searchParams.get('ssl') === '0';
  if (isOff && searchParams.get('sslnegotiation') === 'direct') {
    throw new InvalidValue('has a parameter that cannot be used: sslnegotiation direct needs TLS');
  }
}

/** A name that no driver has may be a part of something else. */
function shown(name: string): string {
  return /^[a-z][a-z_]{1,39}$/i.test(name) ? name : 'one whose name is no word';
}
