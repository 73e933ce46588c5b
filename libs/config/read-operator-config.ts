import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { BrokerConfig } from './broker-config.js';
import { parseConfig } from './internal/parse-config.js';
import { readTextFile } from './internal/read-text-file.js';

/** The file in `DATA_DIR` that holds the settings of a running `npm start`. */
const localSettings = 'broker.env';

export interface OperatorConfig {
  readonly config: BrokerConfig;
  /** The file of the settings; null for this process's environment. */
  readonly from: string | null;
}

/**
 * Reads the configuration of a command: from the environment, or, if that names no database, from the file of a
 * running `npm start`. The two are not mixed, except for the log level.
 * @throws ConfigInvalid with every invalid variable
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
