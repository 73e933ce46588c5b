import { bearerKey } from './internal/bearer.js';
import { readKey } from './internal/key-text.js';

/**
 * The public id of the key in an `Authorization` header, valid or not; null if there is none. For logs: the id
 * contains nothing of the secret.
 */
export function shownKeyId(authorization: string | undefined): string | null {
  const key = bearerKey(authorization);
  return key === null ? null : (readKey(key.reveal())?.keyId ?? null);
}
