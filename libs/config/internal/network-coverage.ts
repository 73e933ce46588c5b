import { isIPv4 } from 'node:net';

export interface Network {
  readonly address: bigint;
  /** 32 or 128. */
  readonly bits: number;
  readonly prefix: number;
}

/** First address, and the one after the last. */
type Range = readonly [from: bigint, to: bigint];

const allVersion4: Range = [0n, 1n << 32n];
/** IPv4 addresses as IPv6 writes them, `::ffff:0:0/96` (RFC 4291 section 2.5.5.2). */
const mapped: Range = [0xffff_0000_0000n, 0x1_0000_0000_0000n];
/** The addresses that are given out, `2000::/3`. */
const globalVersion6: Range = [1n << 125n, 1n << 126n];

/** @returns which part, from 0 to 1, of all IPv4 and of all global IPv6 addresses the networks hold together */
export function coverage(networks: readonly Network[]): { ofVersion4: number; ofVersion6: number } {
  const rangesOf = (bits: number): Range[] => networks.filter((each) => each.bits === bits).map(rangeOf);
  const version6 = rangesOf(128);
  const asVersion4 = version6.map((range) => moved(cut(range, mapped), -mapped[0]));
  return {
    ofVersion4: partOf(allVersion4, [...rangesOf(32), ...asVersion4]),
    ofVersion6: partOf(globalVersion6, version6),
  };
}

/** @param address as `isIP` takes it, without a zone */
export function addressNumber(address: string): bigint {
  if (isIPv4(address)) return address.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
  // The URL parser writes the last part of `::ffff:192.0.2.1` in hexadecimal too, and shortens zeros.
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const before = groups(left);
  const after = groups(right ?? '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0n);
  return [...before, ...zeros, ...after].reduce((sum, part) => (sum << 16n) + part, 0n);
}

function groups(text: string): readonly bigint[] {
  return text === '' ? [] : text.split(':').map((group) => BigInt(`0x${group}`));
}

function rangeOf({ address, bits, prefix }: Network): Range {
  const size = 1n << BigInt(bits - prefix);
  const from = (address / size) * size;
  return [from, from + size];
}

function cut([from, to]: Range, [least, most]: Range): Range {
  return [from > least ? from : least, to < most ? to : most];
}

function moved([from, to]: Range, by: bigint): Range {
  return [from + by, to + by];
}

function partOf(whole: Range, ranges: readonly Range[]): number {
  const inside = ranges.map((range) => cut(range, whole)).filter(([from, to]) => from < to);
  inside.sort(([one], [other]) => (one < other ? -1 : 1));
  let held = 0n;
  let end = whole[0];
  for (const [from, to] of inside) {
    if (to > end) held += to - (from > end ? from : end);
    if (to > end) end = to;
  }
  return Number((held * 1_000_000n) / (whole[1] - whole[0])) / 1_000_000;
}
