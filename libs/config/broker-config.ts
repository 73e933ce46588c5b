import type { ApiVersion, Secret } from '#kernel';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** How the broker is known to Deskera, as a client of one of its two flavours. */
export interface DeskeraCredentials {
  readonly clientId: string;
  /** One, or two during a roll-over. */
  readonly clientSecrets: readonly Secret[];
}

/** A key that seals what is stored: standard base64 of 32 bytes, under its id. */
export interface NamedKey {
  readonly keyId: string;
  readonly key: Secret;
}

/** Where the database is: the pool, and what a transaction pooler does not pass on. */
export interface DatabaseUrls {
  readonly databaseUrl: Secret;
  readonly directUrl: Secret;
}

/**
 * Everything that is set from outside, checked and frozen. Each member is the variable of its name (`.env.example`
 * says what it means); null is "not set".
 */
export abstract class BrokerConfig {
  abstract readonly port: number;
  abstract readonly host: string;
  abstract readonly publicPort: number | null;
  /** No trailing slash. */
  abstract readonly publicUrl: string;
  /** Addresses and networks, such as `10.0.0.0/8`. */
  abstract readonly trustProxy: readonly string[];
  /** How long an idle connection of a caller is kept. */
  abstract readonly keepAliveSeconds: number;
  /** How long the broker still serves after it was told to stop; 0: it stops to listen at once. */
  abstract readonly shutdownGraceSeconds: number;

  abstract readonly databaseUrl: Secret;
  /** `databaseUrl` where none of its own is set. */
  abstract readonly databaseDirectUrl: Secret;
  /**
   * Reads the files of the two again, so that a rotated password needs no restart; null where they come from no file.
   * Throws ConfigInvalid where they cannot be used at this moment.
   */
  abstract readonly currentDatabaseUrls: (() => DatabaseUrls) | null;
  abstract readonly databasePoolSize: number;

  abstract readonly deskeraCredentials: Readonly<Record<ApiVersion, DeskeraCredentials>>;
  abstract readonly deskeraApiVersion: ApiVersion;
  /** No trailing slash. */
  abstract readonly deskeraApiUrl: string;
  /** As they were set, with or without a trailing slash. */
  abstract readonly deskeraAuthUrls: Readonly<Record<ApiVersion, string>>;
  abstract readonly deskeraTimeoutSeconds: number;
  abstract readonly deskeraV1RefreshIdentity: 'off' | 'tenant' | 'full';
  abstract readonly deskeraTokenParams: 'body' | 'query';
  abstract readonly deskeraMaxConcurrency: number;

  /** At least one; the first seals, all open. */
  abstract readonly encryptionKeys: readonly NamedKey[];
  abstract readonly adminKey: Secret | null;

  /** Exact origins, such as `https://app.example.com`. */
  abstract readonly connectRedirectOrigins: readonly string[];
  abstract readonly connectSessionSeconds: number;

  /** 0: no limit, as in the two below. */
  abstract readonly rateLimitKeyPerSecond: number;
  abstract readonly rateLimitFailedAuthPerMinute: number;
  abstract readonly rateLimitCallbackPerMinute: number;

  /** Addresses and networks, such as `10.0.0.0/8`. */
  abstract readonly webhookAllowedNetworks: readonly string[];

  abstract readonly checkIntervalSeconds: number;
  abstract readonly refreshMarginSeconds: number;
  abstract readonly refreshAtLeastEverySeconds: number;
  abstract readonly takeoverSeconds: number;
  abstract readonly serveWithoutDatabaseSeconds: number;
  abstract readonly cacheMaxTokens: number;
  abstract readonly sweepIntervalSeconds: number;
  abstract readonly upkeepEnabled: boolean;
  /** A folder that survives a restart; replicas may share it. */
  abstract readonly dataDir: string;

  abstract readonly logLevel: LogLevel;
}
