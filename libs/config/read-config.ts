import type { BrokerConfig } from './broker-config.js';
import { parseConfig } from './internal/parse-config.js';
import { readTextFile } from './internal/read-text-file.js';
import type { Secret } from '#kernel';
import { ConfigInvalid } from './config-invalid.js';
import { readVariables, type EnvironmentTexts, type SecretFileReader } from './internal/environment.js';
import { databaseUrl } from './internal/read-database-url.js';
import { optional, orFile } from './internal/variable.js';

/**
 * Reads the configuration from this process's environment.
 * @throws ConfigInvalid with every invalid variable
 */
export function readConfig(): BrokerConfig {
  return parseConfig(process.env, readTextFile);
}

/**
 * Reads only the settings that a migration needs.
 * @throws ConfigInvalid
 */
export function readMigrationUrl(): MigrationUrl {
  return parseMigrationUrl(process.env, readTextFile);
}

const either = {
  direct: orFile(optional('DATABASE_DIRECT_URL', databaseUrl)),
  pooled: orFile(optional('DATABASE_URL', databaseUrl)),
};

export interface MigrationUrl {
  /** Name of the setting that holds the URL. */
  readonly setting: string;
  readonly url: Secret;
}

/**
 * `DATABASE_DIRECT_URL`, else `DATABASE_URL`: a session lock does not work through a transaction pooler.
 * @throws ConfigInvalid
 */
export function parseMigrationUrl(texts: EnvironmentTexts, readSecretFile: SecretFileReader): MigrationUrl {
  const { values, problems } = readVariables(either, texts, readSecretFile);
  if (problems.length > 0) throw new ConfigInvalid(problems);
  const { direct = null, pooled = null } = values;
  if (direct !== null) return { setting: either.direct.name, url: direct };
  if (pooled !== null) return { setting: either.pooled.name, url: pooled };
  throw new ConfigInvalid([{ name: 'DATABASE_URL', reason: 'is required (or DATABASE_DIRECT_URL)' }]);
}
