import { isIP } from 'node:net';
import type { BrokerConfig } from '#config';

type Addresses = Pick<
  BrokerConfig,
  'publicUrl' | 'deskeraApiUrl' | 'deskeraAuthUrls' | 'databaseUrl' | 'databaseDirectUrl'
>;

/** The settings whose address is used without TLS though it leads to another machine: names, never values. */
export function cleartextSettings(config: Addresses): readonly string[] {
  const http: readonly (readonly [name: string, url: string])[] = [
    ['PUBLIC_URL', config.publicUrl],
    ['DESKERA_API_URL', config.deskeraApiUrl],
    ['DESKERA_V1_AUTH_URL', config.deskeraAuthUrls.v1],
    ['DESKERA_V2_AUTH_URL', config.deskeraAuthUrls.v2],
  ];
  const databases: readonly (readonly [name: string, url: string])[] = [
    ['DATABASE_URL', config.databaseUrl.reveal()],
    ['DATABASE_DIRECT_URL', config.databaseDirectUrl.reveal()],
  ];
  return [
    ...http.filter(([, url]) => isCleartextHttp(url)),
    ...databases.filter(([, url], index) => isCleartextDatabase(url) && databases[index - 1]?.[1] !== url),
  ].map(([name]) => name);
}

function isCleartextHttp(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && !isThisMachine(url.hostname);
}

/** As `pg` reads it: without `sslmode` or `ssl` there is no TLS. `allow` and `prefer` may do without. */
function isCleartextDatabase(text: string): boolean {
  const url = URL.parse(text);
  // Several hosts, separated by commas, are no URL of the standard.
  const hosts = url === null ? hostsOf(text) : [url.searchParams.get('host') ?? url.hostname];
  if (hosts.every(isThisMachine)) return false;
  const parameters = new URLSearchParams(text.split('?')[1] ?? '');
  if (['true', '1'].includes(parameters.get('ssl') ?? '')) return false;
  return !['require', 'verify-ca', 'verify-full', 'no-verify'].includes(parameters.get('sslmode') ?? '');
}

function hostsOf(text: string): readonly string[] {
  const authority = /^[a-z]+:\/\/(?:[^/@]*@)?([^/?]*)/.exec(text)?.[1] ?? '';
  return authority.split(',').map((host) => host.replace(/:\d*$/, ''));
}

/** Loopback, or a socket in the file system. */
function isThisMachine(host: string): boolean {
  const name = decodeURIComponent(host).replace(/^\[|\]$/g, '');
  if (name === '' || name.startsWith('/')) return true;
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (isIP(name) === 4) return name.startsWith('127.');
  return name === '::1' || /^::ffff:(127\.|7f)/i.test(name);
}
