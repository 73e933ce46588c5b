import { Secret } from '#kernel';

/** Longer than any service key and any sensible `ADMIN_KEY`. */
const longestKey = 1_024;

/** @returns the key of a `Bearer` header (RFC 6750 section 2.1; the scheme's case does not matter), else null. */
export function bearerKey(authorization: string | undefined): Secret | null {
  const [, key] = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '') ?? [];
  return key === undefined || key.length > longestKey ? null : Secret.of(key);
}
