import { BlockList, isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import { NotificationsOptions } from '../options.js';

/** What is not the public Internet (IANA's special-purpose registries, RFC 6890), or leads to it by another way. */
const notPublic = {
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
  // Global unicast is 2000::/3. Of it: Teredo, benchmarking, ORCHID, documentation and 6to4, which hold other addresses.
  ipv6: ['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
} as const;

/** Which addresses a webhook may go to. An IPv4 address that an IPv6 one maps is judged as the IPv4 address it is. */
@Injectable()
export class AddressRules {
  readonly #refused = listOf([...notPublic.ipv4, ...notPublic.ipv6]);
  readonly #allowed: BlockList;

  constructor({ allowedNetworks }: NotificationsOptions) {
    this.#allowed = listOf(allowedNetworks);
  }

  mayBeCalled(address: string): boolean {
    return isIn(this.#allowed, address) || !isIn(this.#refused, address);
  }

  /** A network of the operator's own, where a webhook may go without TLS. */
  isAllowedNetwork(address: string): boolean {
    return isIn(this.#allowed, address);
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** What is no address is in the list of what is refused, and not in that of what is allowed: it leads nowhere. */
function isIn(list: BlockList, address: string): boolean {
  const plain = mapped(address);
  const family = isIP(plain);
  if (family === 0 || plain.includes('%')) return list.check('::', 'ipv6');
  return list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

/** `::ffff:10.0.0.1`, however it is written, as the IPv4 address it stands for. */
function mapped(address: string): string {
  if (isIP(address) !== 6 || address.includes('%')) return address;
  const written = new URL(`http://[${address}]/`).hostname;
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(written) ?? [];
  if (high === undefined || low === undefined) return address;
  const bytes = [high, low].flatMap((part) => {
    const number = Number.parseInt(part, 16);
    return [number >> 8, number & 255];
  });
  return bytes.join('.');
}
