import type { HttpOptions } from './options.js';

/** Time limits of the HTTP server, in milliseconds. */
export interface ServerTimes {
  /** For a request to arrive whole, and for its head; then 408. */
  readonly requestTimeout: number;
  readonly headersTimeout: number;
  /** Longer than what the proxy in front keeps idle connections for, so that the proxy closes them and not the broker. */
  readonly keepAliveTimeout: number;
  /** A connection on which nothing moves at all; longer than any answer takes. */
  readonly connectionTimeout: number;
}

export function serverTimes({
  arrivalSeconds,
  keepAliveSeconds,
  longestAnswerSeconds,
}: HttpOptions): ServerTimes {
  return {
    requestTimeout: arrivalSeconds * 1_000,
    headersTimeout: arrivalSeconds * 1_000,
    keepAliveTimeout: keepAliveSeconds * 1_000,
    connectionTimeout: Math.max(90_000, (longestAnswerSeconds + 30) * 1_000),
  };
}
