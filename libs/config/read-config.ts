import type { BrokerConfig } from './broker-config.js';
import { parseConfig } from './internal/parse-config.js';
import { parseMigrationUrl, type MigrationUrl } from './internal/parse-migration-url.js';
import { readTextFile } from './internal/read-text-file.js';

/** The configuration from this process's environment. @throws ConfigInvalid with every bad variable at once */
export function readConfig(): BrokerConfig {
  return parseConfig(process.env, readTextFile);
}

/** What migrating needs, and nothing more is asked for: where the database is. @throws ConfigInvalid */
export function readMigrationUrl(): MigrationUrl {
  return parseMigrationUrl(process.env, readTextFile);
}
