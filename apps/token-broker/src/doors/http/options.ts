/** Filled from configuration by the application's module. */
export abstract class HttpOptions {
  /** How browsers and Deskera reach the broker; no trailing slash. */
  abstract readonly publicUrl: string;
  /** Addresses and networks whose `x-forwarded-*` is believed. */
  abstract readonly trustedProxies: readonly string[];
  /** How long a request may take to arrive whole. */
  abstract readonly arrivalSeconds: number;
  /** How long an idle connection is kept. */
  abstract readonly keepAliveSeconds: number;
  /** The longest that an answer takes which waits for Deskera, such as a callback. */
  abstract readonly longestAnswerSeconds: number;
}
