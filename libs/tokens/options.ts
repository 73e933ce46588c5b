/** Filled from configuration by the application's module. */
export abstract class TokensOptions {
  /** Time that a caller waits for Deskera. */
  abstract readonly timeoutSeconds: number;
  /** Each connection is checked at least this often, ± 10 %. */
  abstract readonly checkIntervalSeconds: number;
  /** How long before a known expiry a token is refreshed, at most ¾ of its life. */
  abstract readonly refreshMarginSeconds: number;
  /** Refresh interval while the token is good, so that the refresh token does not expire. */
  abstract readonly refreshAtLeastEverySeconds: number;
  /** How long after its lease an unanswered attempt is left to an owner that may still live. */
  abstract readonly takeoverSeconds: number;
  /** How long cached tokens are served after the last contact with the database. */
  abstract readonly serveWithoutDatabaseSeconds: number;
  abstract readonly cacheMaxTokens: number;
  /** API host for imported grants. Each connection keeps its own host afterwards. */
  abstract readonly apiUrl: string;
}
