import { isIP } from 'node:net';
import { addressNumber, coverage, type Network } from './network-coverage.js';
import { listed } from './read-plain.js';
import { InvalidValue } from './variable.js';

/** Addresses, or networks such as `10.0.0.0/8` and `fd00::/8`. */
export function trustedNetworks(text: string): readonly string[] {
  return networks(text, 'must not trust every address there is');
}

/** Private networks that webhooks may go to. */
export function webhookNetworks(text: string): readonly string[] {
  return networks(text, 'must not allow every address there is');
}

/** Together they may hold less than this of all addresses: what is more amounts to everybody, however it is written. */
const mostOfAll = 0.5;

function networks(text: string, whenAll: string): readonly string[] {
  const texts = listed(text);
  const { ofVersion4, ofVersion6 } = coverage(texts.map(network));
  if (ofVersion4 >= mostOfAll || ofVersion6 >= mostOfAll) throw new InvalidValue(whenAll);
  return texts;
}

function network(text: string): Network {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const isFit = family !== 0 && rest.length === 0 && !address.includes('%');
  if (!isFit || (prefix !== undefined && !isPrefix(prefix, bits))) {
    throw new InvalidValue('must be IP addresses or networks such as 10.0.0.0/8');
  }
  return { address: addressNumber(address), bits, prefix: Number(prefix ?? bits) };
}

function isPrefix(text: string, most: number): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= most;
}
