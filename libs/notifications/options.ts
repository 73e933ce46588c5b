/**
 * The schedule of Standard Webhooks ("Deliverability and reliability"), with a last try after a day. Pauses vary by ±
 * 10 %, so that deliveries that failed together are not retried together.
 */
export const dayOfRetries = {
  pausesSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000],
  tryForSeconds: 86_400,
} as const;

/** Filled from configuration by the application's module. */
export abstract class NotificationsOptions {
  /** False if this replica delivers nothing. */
  abstract readonly deliver: boolean;
  /** Private addresses and networks that webhooks may go to, such as `10.0.0.0/8`. */
  abstract readonly allowedNetworks: readonly string[];
  /** Pause before each further try; the last one repeats. */
  abstract readonly pausesSeconds: readonly number[];
  /** Time from the first try to the last. */
  abstract readonly tryForSeconds: number;
  /** Time for an endpoint's answer, including name resolution. */
  abstract readonly answerSeconds: number;
  /** Interval of the search for deliveries without a notification. */
  abstract readonly pollMilliseconds: number;
}
