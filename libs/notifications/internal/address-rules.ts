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
  readonly #allowed: Networks;

  constructor({ allowedNetworks }: NotificationsOptions) {
    this.#allowed = listOf(allowedNetworks);
  }

  mayBeCalled(address: string): boolean {
    const known = judged(address);
    return (
      known !== null &&
      (this.#isAllowed(known) || !this.#refused[known.family].check(known.plain, known.family))
    );
  }

  /** A network of the operator's own, where a webhook may go without TLS. */
  isAllowedNetwork(address: string): boolean {
    const known = judged(address);
    return known !== null && this.#isAllowed(known);
  }

  #isAllowed({ plain, family }: JudgedAddress): boolean {
    return this.#allowed[family].check(plain, family);
  }
}

interface JudgedAddress {
  readonly plain: string;
  readonly family: Family;
}

type Family = 'ipv4' | 'ipv6';

/** One list for each family: Node takes an IPv4 address for the IPv6 one that maps it, too. */
type Networks = Readonly<Record<Family, BlockList>>;

function listOf(networks: readonly string[]): Networks {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) lists[family].addAddress(address, family);
    else lists[family].addSubnet(address, Number(prefix), family);
  }
  return lists;
}

/** An address as it is judged; null where it is none, or one of a single link. */
function judged(address: string): JudgedAddress | null {
  const plain = mapped(address);
  const version = isIP(plain);
  if (version === 0 || plain.includes('%')) return null;
  return { plain, family: version === 6 ? 'ipv6' : 'ipv4' };
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
