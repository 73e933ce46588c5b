import { randomBytes, randomInt } from 'node:crypto';

/** 256 bits of randomness as base64url: for `state`, link ids, session ids and key secrets. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A uniformly distributed number in `[low, high)`, for jitter. */
export function randomBetween(low: number, high: number): number {
  const steps = 1_000_000;
  return low + ((high - low) * randomInt(steps)) / steps;
}
