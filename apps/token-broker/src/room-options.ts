import type { AccessOptions } from '#access';
import type { BrokerConfig } from '#config';
import type { EncryptionKeys } from '#crypto';
import { isDeskeraApi, type DeskeraOptions } from '#deskera';
import type { OauthOptions } from '#oauth';
import { dayOfRetries, type NotificationsOptions } from '#notifications';
import type { LogOptions } from '#observability';
import type { DatabaseOptions } from '#database';
import type { SpoolOptions } from '#spool';
import type { VaultOptions } from '#vault';
import type { TokensOptions } from '#tokens';
import type { RateLimitOptions } from './doors/rate-limit/index.js';
import type { HttpOptions } from './doors/http/index.js';
import type { ScheduleOptions } from './doors/schedule/index.js';

/**
 * A callback at its slowest, in times the limit: a free slot (1), the exchange (3), the check of the new token (1), the
 * refresh of one that is refused already (3), saving (1); and a margin.
 */
const limitsPerAnswer = 9;
const answerMarginSeconds = 10;

export function logOptions({ logLevel }: BrokerConfig): LogOptions {
  return { level: logLevel };
}

export function encryptionKeys({ encryptionKeys: keys }: BrokerConfig): EncryptionKeys {
  return { keys };
}

export function databaseOptions(config: BrokerConfig): DatabaseOptions {
  return {
    databaseUrl: config.databaseUrl,
    directUrl: config.databaseDirectUrl,
    ...(config.currentDatabaseUrls === null ? {} : { currentUrls: config.currentDatabaseUrls }),
    poolSize: config.databasePoolSize,
  };
}

export function vaultOptions(config: BrokerConfig): VaultOptions {
  return { trustsApiUrl: trusted(config) };
}

export function spoolOptions({ dataDir }: BrokerConfig): SpoolOptions {
  return { dataFolder: dataDir };
}

export function deskeraOptions(config: BrokerConfig): DeskeraOptions {
  return {
    credentials: config.deskeraCredentials,
    authUrls: config.deskeraAuthUrls,
    timeoutSeconds: config.deskeraTimeoutSeconds,
    maxConcurrency: config.deskeraMaxConcurrency,
    refreshIdentity: config.deskeraV1RefreshIdentity,
    tokenParams: config.deskeraTokenParams,
  };
}

export function tokensOptions(config: BrokerConfig): TokensOptions {
  return {
    timeoutSeconds: config.deskeraTimeoutSeconds,
    checkIntervalSeconds: config.checkIntervalSeconds,
    refreshMarginSeconds: config.refreshMarginSeconds,
    refreshAtLeastEverySeconds: config.refreshAtLeastEverySeconds,
    takeoverSeconds: config.takeoverSeconds,
    serveWithoutDatabaseSeconds: config.serveWithoutDatabaseSeconds,
    cacheMaxTokens: config.cacheMaxTokens,
    apiUrl: config.deskeraApiUrl,
  };
}

export function oauthOptions(config: BrokerConfig): OauthOptions {
  return {
    publicUrl: config.publicUrl,
    redirectOrigins: config.connectRedirectOrigins,
    authPageOrigins: Object.values(config.deskeraAuthUrls).map((url) => new URL(url).origin),
    sessionSeconds: config.connectSessionSeconds,
    defaultApiVersion: config.deskeraApiVersion,
    apiUrl: config.deskeraApiUrl,
    trustsApiUrl: trusted(config),
    timeoutSeconds: config.deskeraTimeoutSeconds,
  };
}

/** The one that is configured, and those that nobody but Deskera can stand behind. */
function trusted({ deskeraApiUrl }: BrokerConfig): (apiUrl: string) => boolean {
  return (apiUrl) => apiUrl === deskeraApiUrl || isDeskeraApi(apiUrl);
}

export function scheduleOptions(config: BrokerConfig): ScheduleOptions {
  return { sweepIntervalSeconds: config.sweepIntervalSeconds, upkeepEnabled: config.upkeepEnabled };
}

export function notificationsOptions(config: BrokerConfig): NotificationsOptions {
  return {
    ...dayOfRetries,
    deliver: config.upkeepEnabled,
    allowedNetworks: config.webhookAllowedNetworks,
    answerSeconds: 15,
    pollMilliseconds: 1_000,
  };
}

export function accessOptions(config: BrokerConfig): AccessOptions {
  return { adminKey: config.adminKey, serveWithoutDatabaseSeconds: config.serveWithoutDatabaseSeconds };
}

export function rateLimitOptions(config: BrokerConfig): RateLimitOptions {
  return {
    keyPerSecond: config.rateLimitKeyPerSecond,
    failedAuthPerMinute: config.rateLimitFailedAuthPerMinute,
    callbackPerMinute: config.rateLimitCallbackPerMinute,
  };
}

export function httpOptions(config: BrokerConfig): HttpOptions {
  return {
    publicUrl: config.publicUrl,
    trustedProxies: config.trustProxy,
    arrivalSeconds: 15,
    keepAliveSeconds: config.keepAliveSeconds,
    longestAnswerSeconds: limitsPerAnswer * config.deskeraTimeoutSeconds + answerMarginSeconds,
  };
}
