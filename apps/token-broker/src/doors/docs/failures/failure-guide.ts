import type { FailureCode, FailureOwner } from '#kernel';
import { connectFailures } from './connect-failures.js';
import { requestFailures } from './request-failures.js';
import { tokenFailures } from './token-failures.js';
import { webhookFailures } from './webhook-failures.js';
import type { FailureAdvice } from './failure-advice.js';

/** About service keys and their secrets. */
const serviceKeyFailures = {
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

/** What each code means and what to do; a code without its advice does not compile. */
const advice = {
  ...requestFailures,
  ...tokenFailures,
  ...connectFailures,
  ...serviceKeyFailures,
  ...webhookFailures,
} satisfies Record<FailureCode, FailureAdvice>;

export function adviceOn(code: FailureCode): FailureAdvice {
  return advice[code];
}

/** Who acts, in words. */
export const owners: Readonly<Record<FailureOwner, string>> = {
  caller: 'the calling service',
  tenant: 'the tenant’s person, whom the service asks',
  operator: 'the operator of the broker',
  deskera: 'Deskera; callers wait',
  us: 'the operator of the broker',
};
