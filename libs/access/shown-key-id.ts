import { bearerKey } from './internal/bearer.js';
import { readKey } from './internal/key-text.js';

/**
 * The public id in the key that an `Authorization` header shows, whether the key is good or not; null where there is none.
 * For logs: it has nothing of the secret.
 */
export function shownKeyId(authorization: string | undefined): string | null {
  const key = bearerKey(authorization);
  return key === null ? null : (readKey(key.reveal())?.keyId ?? null);
}
