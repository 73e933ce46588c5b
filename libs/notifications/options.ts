/**
 * Standard Webhooks' schedule ("Deliverability and reliability"), and a last try when the day is over. Pauses are ± 10 %,
 * so that what failed together does not come back together.
 */
export const dayOfRetries = {
  pausesSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000],
  tryForSeconds: 86_400,
} as const;

/** Filled from configuration by the application's module. */
export abstract class NotificationsOptions {
  /** False: this replica delivers nothing. */
  abstract readonly deliver: boolean;
  /** Addresses and networks that a webhook may go to although they are private, such as `10.0.0.0/8`. */
  abstract readonly allowedNetworks: readonly string[];
  /** Before each further try; the last one counts for all that follow. */
  abstract readonly pausesSeconds: readonly number[];
  /** How long after its first try a delivery is tried for the last time. */
  abstract readonly tryForSeconds: number;
  /** How long an endpoint has for its answer, its name's resolution included. */
  abstract readonly answerSeconds: number;
  /** How often a replica looks for what nobody told it of. */
  abstract readonly pollMilliseconds: number;
}
