import { randomBytes } from 'node:crypto';
import { Secret } from '#kernel';

/** Standard Webhooks: `whsec_` and the base64 of 24 to 64 random bytes. */
export function newSecret(): Secret {
  return Secret.of(`whsec_${randomBytes(32).toString('base64')}`);
}
