import { isIP } from 'node:net';

const mappedIpv4 = /^::ffff:(?<ipv4>\d+\.\d+\.\d+\.\d+)$/i;
const groupsOfNetwork = 4;

const ipv4WithPort = /^(?<address>\d+\.\d+\.\d+\.\d+):\d{1,5}$/;
const ipv6InBrackets = /^\[(?<address>[0-9a-f:.%]+)\](?::\d{1,5})?$/i;

/** An address as some proxies name it in `x-forwarded-for`: `192.0.2.1:443`, `[2001:db8::1]:443`. Others stay as they are. */
export function withoutPort(text: string): string {
  const match = ipv4WithPort.exec(text) ?? ipv6InBrackets.exec(text);
  return match?.groups?.['address'] ?? text;
}

/**
 * Who is counted as one: an IPv4 address, or the /64 of an IPv6 address, within which every host can choose its address.
 * What a trusted proxy names as the client and is no address counts together.
 */
export function clientNetwork(named: string): string {
  const address = withoutPort(named);
  const ipv4 = mappedIpv4.exec(address)?.groups?.['ipv4'];
  if (ipv4 !== undefined) return ipv4;
  switch (isIP(address)) {
    case 4:
      return address;
    case 6:
      return ipv6Network(address);
    default:
      return 'no address';
  }
}

function ipv6Network(address: string): string {
  const [before = '', after] = address.split('%', 1)[0]?.split('::') ?? [];
  const [head, tail] = [groups(before), groups(after ?? '')];
  // A `::` stands for all the zeros that are missing; a dotted end for two groups.
  const dotted = address.includes('.') ? 1 : 0;
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length - dotted;
  const all = [...head, ...Array.from({ length: zeros }, () => '0'), ...tail];
  const network = all.slice(0, groupsOfNetwork).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
