/** Filled from configuration by the application's module. */
export abstract class TokensOptions {
  /** How long a caller waits for Deskera. */
  abstract readonly timeoutSeconds: number;
  /** Each connection is checked at least this often, ± 10 %. */
  abstract readonly checkIntervalSeconds: number;
  /** A refresh comes this long before a known expiry, at most ¾ of the token's life. */
  abstract readonly refreshMarginSeconds: number;
  /** Also while the token is good, so that the refresh token does not die of age. */
  abstract readonly refreshAtLeastEverySeconds: number;
  /** How long after its lease an unanswered attempt is left to an owner that can't be seen to be gone. */
  abstract readonly takeoverSeconds: number;
  /** How long after the database was last seen cached tokens are still served. */
  abstract readonly serveWithoutDatabaseSeconds: number;
  abstract readonly cacheMaxTokens: number;
  /** Where grants that are brought in are asked about; a connection keeps its own from then on. */
  abstract readonly apiUrl: string;
}
