import { randomBytes } from 'node:crypto';
import { randomToken, Secret } from '#kernel';

/**
 * `dtb_<keyId>_<secret>`. The prefix lets secret scanners find a leaked key; the id is public and has no underscore,
 * the secret is 256 bits in base64url, which may have some.
 */
const keyText = /^dtb_([A-Za-z0-9-]{12,64})_([A-Za-z0-9_-]{43})$/;

export interface KeyParts {
  readonly keyId: string;
  readonly secret: Secret;
}

export interface NewKey extends KeyParts {
  /** The key as it is shown, once. */
  readonly key: Secret;
}

/** @returns null if the text cannot be a key of `newKey` */
export function readKey(text: string): KeyParts | null {
  const [, keyId, secret] = keyText.exec(text) ?? [];
  return keyId === undefined || secret === undefined ? null : { keyId, secret: Secret.of(secret) };
}

export function newKey(): NewKey {
  return newSecretOf(randomBytes(8).toString('hex'));
}

/** A key with the same id and another secret. */
export function newSecretOf(keyId: string): NewKey {
  const secret = randomToken();
  return { keyId, secret: Secret.of(secret), key: Secret.of(`dtb_${keyId}_${secret}`) };
}
