import type { FailureCode } from '#kernel';
import type { FailureAdvice } from './failure-advice.js';

/** About webhooks, their secrets and their deliveries. */
export const webhookFailures = {
  webhook_url_not_allowed: {
    meaning:
      'It is no `https` address without user name and fragment, its name does not resolve, or it leads to an address that is not public. `detail` tells which.',
    action:
      'Send another one; where webhooks may go to a private network, the operator names it in `WEBHOOK_ALLOWED_NETWORKS`.',
  },
  webhook_not_found: {
    meaning: 'There is no such webhook, or it was deleted before.',
    action: 'List the webhooks. Where it was to be deleted, nothing is left to do.',
  },
  webhook_secret_not_found: {
    meaning: 'The webhook has no secret of this number: it never had one, or it was deleted before.',
    action: 'Look at the webhook’s `secrets`. Where it was to be deleted, nothing is left to do.',
  },
  webhook_delivery_not_found: {
    meaning: 'The webhook has no such delivery, or it is too old to be kept.',
    action: 'List the webhook’s deliveries and take an id from there.',
  },
  webhooks_full: {
    meaning: 'There are 20 webhooks already.',
    action: 'Delete one that nobody needs any more, or have one receiver pass its events on.',
  },
  webhook_disabled: {
    meaning: 'The webhook is disabled, because it answered 410. Nothing is delivered to it.',
    action: 'Enable it with `POST …/enable`, then have the delivery tried anew.',
  },
  webhook_secrets_full: {
    meaning: 'The webhook has two secrets, which both sign, and may have no third.',
    action: 'See that the receiver knows the newer one, delete the older one, and make another then.',
  },
  webhook_last_secret: {
    meaning: 'It is the webhook’s only secret: without it nothing could be signed.',
    action: 'Make another secret first, or delete the webhook.',
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
