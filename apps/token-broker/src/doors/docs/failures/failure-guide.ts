import type { FailureCode, FailureOwner } from '#kernel';
import { connectFailures } from './connect-failures.js';
import type { FailureAdvice } from './failure-advice.js';
import { requestFailures } from './request-failures.js';
import { serviceKeyFailures } from './service-key-failures.js';
import { tokenFailures } from './token-failures.js';
import { webhookFailures } from './webhook-failures.js';

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
