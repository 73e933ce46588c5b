import type { FailureCode } from '#kernel';

/** Result of `DeskeraTokens.get`: a token, a degraded token, or a failure's code. */
export type TokenRequestResult = 'ok' | 'degraded' | FailureCode;

export const refreshOutcomes = [
  /** The new grant was saved. */
  'refreshed',
  /** The new grant waits in the spool. */
  'spooled',
  /** Deskera refused the refresh token. */
  'refused',
  /** There was no definite answer; the attempt stays open. */
  'unanswered',
  /** Deskera or a gateway refused the call without naming this refresh token. */
  'declined',
  /** Deskera refused the client or the request; no tenant is at fault. */
  'client_refused',
  /** Deskera certainly did not act: a 429, nothing sent, or held back. */
  'failed',
  /** A newer grant or a disconnect came first. */
  'superseded',
  /** Deskera returned a pair of another connection or org; it was not stored. */
  'foreign',
] as const;
export type RefreshOutcome = (typeof refreshOutcomes)[number];

/** `unknown`: Deskera did not say whether the token is valid. */
export const checkOutcomes = ['valid', 'invalid', 'unknown'] as const;
export type CheckOutcome = (typeof checkOutcomes)[number];

export const webhookOutcomes = [
  'delivered',
  /** The delivery will be retried. */
  'failed',
  /** The last try failed; the delivery waits for an operator. */
  'parked',
  /** The endpoint answered 410 and was disabled. */
  'gone',
] as const;
export type WebhookOutcome = (typeof webhookOutcomes)[number];

export type DeskeraOperation = 'exchange' | 'refresh' | 'validate';

/** Kind of the answer, or why there was no usable answer. */
export type DeskeraAnswer =
  | 'granted'
  | 'refused'
  | 'declined'
  | 'valid'
  | 'invalid'
  | 'our_fault'
  | 'not_sent'
  | 'breaker_open'
  | 'connection_failed'
  | 'timeout'
  | 'reset'
  | 'rate_limited'
  | 'server_error'
  | 'unreadable';

/** The limit: requests of one key, or failed keys or callbacks of one address. */
export const rateLimits = ['key', 'failed_auth', 'callback'] as const;
export type RateLimitName = (typeof rateLimits)[number];

/**
 * Events that the rooms report. Every label is one of a few fixed words: no id, token or outside text enters a
 * metric. Reporting is cheap and never throws.
 */
export abstract class BrokerMetrics {
  abstract tokenRequestEnded(result: TokenRequestResult, seconds: number): void;
  /** A token was served from memory, proven fresh, without SQL. */
  abstract tokenCameFromCache(): void;
  /** Called once for each refresh. */
  abstract refreshEnded(outcome: RefreshOutcome): void;
  /** Called once for each check, by upkeep or for a caller. */
  abstract checkEnded(outcome: CheckOutcome): void;
  /** A request was answered with 429. */
  abstract requestRefused(limit: RateLimitName): void;
  /** Called once for each try of a delivery whose result is stored. */
  abstract webhookTried(outcome: WebhookOutcome): void;
  /**
   * One request to Deskera, from taking a socket to the end of the answer. Calls that were held back do not count.
   */
  abstract deskeraAnswered(operation: DeskeraOperation, answer: DeskeraAnswer, seconds: number): void;
}
