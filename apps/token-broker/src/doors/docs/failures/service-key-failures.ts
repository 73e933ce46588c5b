import type { FailureCode } from '#kernel';
import type { FailureAdvice } from './failure-advice.js';

/** About service keys and their secrets. */
export const serviceKeyFailures = {
  service_key_not_found: {
    meaning: 'There is no such service key, or it was revoked before.',
    action: 'List the keys. Where it was to be revoked, nothing is left to do.',
  },
  service_key_secret_not_found: {
    meaning: 'The key has no live secret of this number: it never had one, or it was removed before.',
    action: 'Look at the key’s `secrets`. Where it was to be removed, nothing is left to do.',
  },
  service_key_secrets_full: {
    meaning: 'The key has two live secrets, and may have no third.',
    action: 'See that the services use the newer one, remove the older one, and make another then.',
  },
  service_key_last_secret: {
    meaning: 'It is the key’s only live secret: without it the key would open nothing.',
    action: 'Make another secret first, or revoke the key.',
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
