import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { BrokerConfig } from './broker-config.js';
import { parseConfig } from './internal/parse-config.js';
import { readTextFile } from './internal/read-text-file.js';

/** Where `npm start` writes down its broker's settings, in `DATA_DIR`, for as long as it runs. */
const localSettings = 'broker.env';

export interface OperatorConfig {
  readonly config: BrokerConfig;
  /** The file that they are from; null: this process's environment. */
  readonly from: string | null;
}

/**
 * The configuration for a command on the operator's machine: from the environment, or where that names no database from
 * the file of the `npm start` that is running here. The two are never mixed, but for the level of the log.
 * @throws ConfigInvalid with every bad variable at once
 */
export function readOperatorConfig(): OperatorConfig {
  const { env } = process;
  const namesDatabase = [env['DATABASE_URL'], env['DATABASE_URL_FILE']].some((text) => (text ?? '') !== '');
  const from = namesDatabase ? null : join(env['DATA_DIR'] ?? '.data', localSettings);
  const local = from === null ? null : textOrNull(from);
  if (local === null) return { config: parseConfig(env, readTextFile), from: null };
  return { config: parseConfig({ LOG_LEVEL: env['LOG_LEVEL'], ...parseEnv(local) }, readTextFile), from };
}

function textOrNull(path: string): string | null {
  try {
    return readTextFile(path);
  } catch {
    return null;
  }
}
