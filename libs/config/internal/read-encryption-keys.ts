import { Secret } from '#kernel';
import type { NamedKey } from '../broker-config.js';
import { listed } from './read-plain.js';
import { InvalidValue } from './variable.js';

const keyBytes = 32;
/** 32 random bytes have about 30 different values among them; fewer than this never happens by chance. */
const fewestDifferentBytes = 16;

/** `keyId:base64(32 bytes)`, comma-separated; the first seals, all open. */
export function encryptionKeys(text: string): readonly NamedKey[] {
  const keys = listed(text).map(namedKey);
  requireDifferent(
    keys.map(({ keyId }) => keyId),
    'has the same key id twice',
  );
  requireDifferent(
    keys.map(({ key }) => key.fingerprint()),
    'has the same key under two ids',
  );
  return keys;
}

function namedKey(text: string): NamedKey {
  const colon = text.indexOf(':');
  const keyId = text.slice(0, Math.max(colon, 0));
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(keyId)) {
    throw new InvalidValue(
      'must be items such as march:<base64>, each with an id of 1 to 32 letters, digits, _ or -',
    );
  }
  const encoded = text.slice(colon + 1);
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== keyBytes || bytes.toString('base64') !== encoded) {
    throw new InvalidValue('must have keys that are the base64 of exactly 32 bytes');
  }
  if (isPattern(bytes))
    throw new InvalidValue('has a key that is too weak: it is a pattern, not random bytes');
  return { keyId, key: Secret.of(encoded) };
}

/** The same bytes over and over, a text typed by a person, or a run such as 0, 1, 2 … */
function isPattern(bytes: Buffer): boolean {
  const steps = bytes.subarray(1).map((byte, index) => byte - (bytes[index] ?? 0));
  return new Set(bytes).size < fewestDifferentBytes || new Set(steps).size === 1;
}

function requireDifferent(texts: readonly string[], reason: string): void {
  if (new Set(texts).size !== texts.length) throw new InvalidValue(reason);
}
