import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrokerConfig } from '../broker-config.js';
import { parseConfig } from '../internal/parse-config.js';
import { goodEnvironment } from './good-environment.js';

/** A test stops its brokers at once, unless it is about the stop. */
const atOnce = { SHUTDOWN_GRACE_SECONDS: '0' };

/** Made only by a test whose broker gets so far as to use it. */
function unusedFolder(): string {
  return join(tmpdir(), `token-broker-test-${randomBytes(8).toString('hex')}`);
}

/** A configuration as it would be read from these variables, and good ones for what is left out. */
export function testConfig(variables: Readonly<Record<string, string>> = {}): BrokerConfig {
  return parseConfig({ ...atOnce, DATA_DIR: unusedFolder(), ...goodEnvironment, ...variables }, () => {
    throw new Error('a test reads no secret files');
  });
}
