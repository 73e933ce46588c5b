import type { ClaimedDelivery, DeliveryOutcome } from './webhook-deliveries.js';
import type { NotificationsOptions } from '../options.js';
import type { SendResult } from './webhook-sender.js';

const longestAskedSeconds = 3_600;

export interface Attempted {
  /** How the try ended; `secret_unreadable`: nothing was sent. */
  readonly result: SendResult | { readonly kind: 'failed'; readonly error: 'secret_unreadable' };
  readonly delivery: Pick<ClaimedDelivery, 'roundAttempts' | 'roundSeconds'>;
  readonly options: Pick<NotificationsOptions, 'pausesSeconds' | 'tryForSeconds'>;
  /** From [0, 1). */
  readonly random: number;
}

/** What follows from a try: Standard Webhooks' rules, "2xx is delivered, 410 is over, the rest is tried again". */
export function nextStep(attempted: Attempted): DeliveryOutcome {
  const { result } = attempted;
  if (result.kind === 'failed') return failed(attempted, null, result.error, 0);
  const { status, retryAfter } = result;
  if (status >= 200 && status < 300) return { kind: 'delivered', status, error: null };
  if (status === 410) return { kind: 'gone', status, error: 'gone' };
  const error = status >= 300 && status < 400 ? 'redirected' : 'not_accepted';
  const asked = status === 429 || status === 503 ? askedSeconds(retryAfter) : 0;
  return failed(attempted, status, error, asked);
}

function failed(
  { delivery, options, random }: Attempted,
  status: number | null,
  error: string,
  asked: number,
): DeliveryOutcome {
  const left = options.tryForSeconds - delivery.roundSeconds;
  if (left <= 0) return { kind: 'parked', status, error };
  const pause = pauseAfter(delivery.roundAttempts, options.pausesSeconds) * (0.9 + 0.2 * random);
  return { kind: 'again', status, error, afterSeconds: Math.min(Math.max(pause, asked), left) };
}

function pauseAfter(triesBefore: number, pauses: readonly number[]): number {
  return pauses[Math.min(triesBefore, pauses.length - 1)] ?? 0;
}

/** Whole seconds (RFC 9110 section 10.2.3), an hour of them at most; a date is not honoured: clocks differ. */
function askedSeconds(retryAfter: string | null): number {
  if (retryAfter === null || !/^\d{1,9}$/.test(retryAfter)) return 0;
  return Math.min(Number(retryAfter), longestAskedSeconds);
}
