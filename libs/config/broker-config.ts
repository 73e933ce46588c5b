import type { ApiVersion, Secret } from '#kernel';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** The broker's client registration at Deskera for one flavor. */
export interface DeskeraCredentials {
  readonly clientId: string;
  /** One secret, or two while a secret is replaced. */
  readonly clientSecrets: readonly Secret[];
}

/** An encryption key of 32 bytes in standard base64, with its id. */
export interface NamedKey {
  readonly keyId: string;
  readonly key: Secret;
}

/** URLs of the database: for the pool, and for what a transaction pooler does not pass on. */
export interface DatabaseUrls {
  readonly databaseUrl: Secret;
  readonly directUrl: Secret;
}

/**
 * All settings, validated and frozen. Each member is the variable of its name, explained in `.env.example`; null
 * means not set.
 */
export abstract class BrokerConfig {
  abstract readonly port: number;
  abstract readonly host: string;
  abstract readonly publicPort: number | null;
  /** No trailing slash. */
  abstract readonly publicUrl: string;
  /** Addresses and networks, such as `10.0.0.0/8`. */
  abstract readonly trustProxy: readonly string[];
  /** How long an idle connection of a caller is kept open. */
  abstract readonly keepAliveSeconds: number;
  /** How long the broker serves after SIGTERM; 0 to stop listening at once. */
  abstract readonly shutdownGraceSeconds: number;

  abstract readonly databaseUrl: Secret;
  /** Equals `databaseUrl` if not set. */
  abstract readonly databaseDirectUrl: Secret;
  /**
   * Reads the URLs from their files again, so that a rotated password needs no restart; null if they do not come from
   * files. Throws ConfigInvalid if they cannot be used.
   */
  abstract readonly currentDatabaseUrls: (() => DatabaseUrls) | null;
  abstract readonly databasePoolSize: number;

  abstract readonly deskeraCredentials: Readonly<Record<ApiVersion, DeskeraCredentials>>;
  abstract readonly deskeraApiVersion: ApiVersion;
  /** No trailing slash. */
  abstract readonly deskeraApiUrl: string;
  /** As set, with or without a trailing slash. */
  abstract readonly deskeraAuthUrls: Readonly<Record<ApiVersion, string>>;
  abstract readonly deskeraTimeoutSeconds: number;
  abstract readonly deskeraV1RefreshIdentity: 'off' | 'tenant' | 'full';
  abstract readonly deskeraTokenParams: 'body' | 'query';
  abstract readonly deskeraMaxConcurrency: number;

  /** At least one. The first encrypts, all decrypt. */
  abstract readonly encryptionKeys: readonly NamedKey[];
  abstract readonly adminKey: Secret | null;

  /** Exact origins, such as `https://app.example.com`. */
  abstract readonly connectRedirectOrigins: readonly string[];
  abstract readonly connectSessionSeconds: number;

  /** 0 for no limit, as in the next two settings. */
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
