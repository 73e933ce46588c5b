import { apiVersions } from '#kernel';
import type { LogLevel } from '../broker-config.js';
import { clientId, clientSecrets } from './read-client.js';
import { encryptionKeys } from './read-encryption-keys.js';
import { adminKey } from './read-admin-key.js';
import { trustedNetworks, webhookNetworks } from './read-networks.js';
import { databaseUrl } from './read-database-url.js';
import { folderPath, hostName, seconds, wholeNumber, yesOrNo, oneOf } from './read-plain.js';
import { httpUrl, origins } from './read-urls.js';
import { optional, orFile, required, withDefault } from './variable.js';

const day = 86_400;
const year = 365 * day;
const logLevels: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Every environment variable of the broker. `.env.example` is held against this list. */
export const variables = {
  port: withDefault('PORT', '3000', wholeNumber(0, 65_535)),
  host: withDefault('HOST', '0.0.0.0', hostName),
  publicPort: optional('PUBLIC_PORT', wholeNumber(0, 65_535)),
  publicUrl: required('PUBLIC_URL', httpUrl),
  trustProxy: optional('TRUST_PROXY', trustedNetworks),
  keepAliveSeconds: withDefault('KEEP_ALIVE_SECONDS', '620', seconds(1, day)),
  shutdownGraceSeconds: withDefault('SHUTDOWN_GRACE_SECONDS', '5', seconds(0, 300)),

  databaseUrl: orFile(required('DATABASE_URL', databaseUrl)),
  databaseDirectUrl: orFile(optional('DATABASE_DIRECT_URL', databaseUrl)),
  databasePoolSize: withDefault('DATABASE_POOL_SIZE', '12', wholeNumber(2, 1_000)),

  deskeraClientId: orFile(required('DESKERA_CLIENT_ID', clientId)),
  deskeraClientSecrets: orFile(required('DESKERA_CLIENT_SECRET', clientSecrets)),
  deskeraV2ClientId: orFile(optional('DESKERA_V2_CLIENT_ID', clientId)),
  deskeraV2ClientSecrets: orFile(optional('DESKERA_V2_CLIENT_SECRET', clientSecrets)),
  deskeraApiVersion: withDefault('DESKERA_API_VERSION', 'v1', oneOf(apiVersions)),
  deskeraApiUrl: withDefault('DESKERA_API_URL', 'https://bifrost.deskera.com', httpUrl),
  deskeraV1AuthUrl: withDefault('DESKERA_V1_AUTH_URL', 'https://appauth.deskera.com/', httpUrl),
  deskeraV2AuthUrl: withDefault('DESKERA_V2_AUTH_URL', 'https://oauth.deskera.com/', httpUrl),
  deskeraTimeoutSeconds: withDefault('DESKERA_TIMEOUT_SECONDS', '10', seconds(1, 300)),
  deskeraV1RefreshIdentity: withDefault(
    'DESKERA_V1_REFRESH_IDENTITY',
    'off',
    oneOf(['off', 'tenant', 'full']),
  ),
  deskeraTokenParams: withDefault('DESKERA_TOKEN_PARAMS', 'body', oneOf(['body', 'query'])),
  deskeraMaxConcurrency: withDefault('DESKERA_MAX_CONCURRENCY', '32', wholeNumber(1, 1_000)),

  encryptionKeys: orFile(required('ENCRYPTION_KEYS', encryptionKeys)),
  adminKey: orFile(optional('ADMIN_KEY', adminKey)),

  connectRedirectOrigins: optional('CONNECT_REDIRECT_ORIGINS', origins),
  connectSessionSeconds: withDefault('CONNECT_SESSION_SECONDS', '900', seconds(1, 30 * day)),

  rateLimitKeyPerSecond: withDefault('RATE_LIMIT_KEY_PER_SECOND', '0', wholeNumber(0, 1_000_000)),
  rateLimitFailedAuthPerMinute: withDefault(
    'RATE_LIMIT_FAILED_AUTH_PER_MINUTE',
    '60',
    wholeNumber(0, 1_000_000),
  ),
  rateLimitCallbackPerMinute: withDefault('RATE_LIMIT_CALLBACK_PER_MINUTE', '600', wholeNumber(0, 1_000_000)),

  webhookAllowedNetworks: optional('WEBHOOK_ALLOWED_NETWORKS', webhookNetworks),

  checkIntervalSeconds: withDefault('CHECK_INTERVAL_SECONDS', '900', seconds(1, year)),
  refreshMarginSeconds: withDefault('REFRESH_MARGIN_SECONDS', '300', seconds(1, year)),
  refreshAtLeastEverySeconds: withDefault('REFRESH_AT_LEAST_EVERY_SECONDS', '604800', seconds(1, year)),
  takeoverSeconds: withDefault('TAKEOVER_SECONDS', '60', seconds(1, day)),
  serveWithoutDatabaseSeconds: withDefault('SERVE_WITHOUT_DATABASE_SECONDS', '30', seconds(0, day)),
  cacheMaxTokens: withDefault('CACHE_MAX_TOKENS', '20000', wholeNumber(1, 10_000_000)),
  sweepIntervalSeconds: withDefault('SWEEP_INTERVAL_SECONDS', '5', seconds(1, day)),
  upkeepEnabled: withDefault('UPKEEP_ENABLED', 'true', yesOrNo),
  dataDir: withDefault('DATA_DIR', '.data', folderPath),

  logLevel: withDefault('LOG_LEVEL', 'info', oneOf(logLevels)),
};
