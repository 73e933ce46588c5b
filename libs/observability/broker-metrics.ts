import type { FailureCode } from '#kernel';

/** How a call of `DeskeraTokens.get` ended: a token, one that is less than was wanted, or the failure's code. */
export type TokenRequestResult = 'ok' | 'degraded' | FailureCode;

export const refreshOutcomes = [
  /** A new grant is saved. */
  'refreshed',
  /** A new grant waits in the spool for the database. */
  'spooled',
  /** Deskera refused the refresh token. */
  'refused',
  /** No definite answer: the attempt stays open. */
  'unanswered',
  /** Deskera, or a gateway, turned the refresh down, and did not say that it is about this refresh token. */
  'declined',
  /** Deskera refused our client or our request; no tenant is at fault. */
  'client_refused',
  /** Deskera surely did not act: a 429, nothing sent, or held back. */
  'failed',
  /** A newer grant or a disconnect came first. */
  'superseded',
  /** Deskera handed out a pair that is another connection's, or another org's: it is not kept. */
  'foreign',
] as const;
export type RefreshOutcome = (typeof refreshOutcomes)[number];

/** `unknown`: Deskera gave no word on the token. */
export const checkOutcomes = ['valid', 'invalid', 'unknown'] as const;
export type CheckOutcome = (typeof checkOutcomes)[number];

export const webhookOutcomes = [
  'delivered',
  /** It is tried again. */
  'failed',
  /** The day of tries is over: it waits for an admin. */
  'parked',
  /** The endpoint answered 410, and is disabled. */
  'gone',
] as const;
export type WebhookOutcome = (typeof webhookOutcomes)[number];

export type DeskeraOperation = 'exchange' | 'refresh' | 'validate';

/** An answer's kind, or why there was none that says anything. */
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

/** What was too much: one key's requests, or one address's failed keys or callbacks. */
export const rateLimits = ['key', 'failed_auth', 'callback'] as const;
export type RateLimitName = (typeof rateLimits)[number];

/**
 * What the rooms report as it happens. Every label is one of a few fixed words: no id, no token, no text from outside
 * can get into a metric. Reporting is cheap, and never throws.
 */
export abstract class BrokerMetrics {
  abstract tokenRequestEnded(result: TokenRequestResult, seconds: number): void;
  /** A token was handed out from memory, proven fresh, without any SQL. */
  abstract tokenCameFromCache(): void;
  /** Once for each refresh that was begun. */
  abstract refreshEnded(outcome: RefreshOutcome): void;
  /** Once for each time Deskera was asked by the upkeep or for a caller whether a token is good. */
  abstract checkEnded(outcome: CheckOutcome): void;
  /** A request was answered with 429. */
  abstract requestRefused(limit: RateLimitName): void;
  /** Once for each try of a delivery whose outcome is kept. */
  abstract webhookTried(outcome: WebhookOutcome): void;
  /** One request to Deskera, from taking a socket to the end of the answer. What was held back is none. */
  abstract deskeraAnswered(operation: DeskeraOperation, answer: DeskeraAnswer, seconds: number): void;
}
