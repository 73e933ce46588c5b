import { readFileSync } from 'node:fs';
import type { Secret } from '#kernel';
import type { BrokerConfig } from './broker-config.js';
import { parseConfig } from './internal/parse-config.js';
import { parseMigrationUrl } from './internal/parse-migration-url.js';

/** The configuration from this process's environment. @throws ConfigInvalid with every bad variable at once */
export function readConfig(): BrokerConfig {
  return parseConfig(process.env, readText);
}

/** What migrating needs, and nothing more is asked for: where the database is. @throws ConfigInvalid */
export function readMigrationUrl(): Secret {
  return parseMigrationUrl(process.env, readText);
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
