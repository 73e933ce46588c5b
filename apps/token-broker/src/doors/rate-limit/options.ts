/** Filled from configuration by the application's module. 0: no limit. Each replica counts for itself. */
export abstract class RateLimitOptions {
  /** Requests of one service key. */
  abstract readonly keyPerSecond: number;
  /** Bad keys from one address. */
  abstract readonly failedAuthPerMinute: number;
  /** Callbacks from one address whose `state` is not known, or used. */
  abstract readonly callbackPerMinute: number;
}
