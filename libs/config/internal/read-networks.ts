import { isIP } from 'node:net';
import { listed } from './read-plain.js';
import { Unfit } from './variable.js';

/** Addresses, or networks such as `10.0.0.0/8` and `fd00::/8`. */
export function trustedNetworks(text: string): readonly string[] {
  return listed(text).map((each) => network(each, 'must not trust every address there is'));
}

/** Private networks that webhooks may go to. */
export function webhookNetworks(text: string): readonly string[] {
  return listed(text).map((each) => network(each, 'must not allow every address there is'));
}

function network(text: string, whenAll: string): string {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) throw new Unfit('must be IP addresses or networks such as 10.0.0.0/8');
  if (prefix !== undefined) requirePrefix(prefix, family === 4 ? 32 : 128, whenAll);
  return text;
}

function requirePrefix(prefix: string, most: number, whenAll: string): void {
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > most) {
    throw new Unfit('must be IP addresses or networks such as 10.0.0.0/8');
  }
  if (Number(prefix) === 0) throw new Unfit(whenAll);
}
