import type { BrokerConfig } from '../broker-config.js';
import { parseConfig } from '../internal/parse-config.js';
import { goodEnvironment } from './good-environment.js';

/** A configuration as it would be read from these variables, and good ones for what is left out. */
export function testConfig(variables: Readonly<Record<string, string>> = {}): BrokerConfig {
  return parseConfig({ ...goodEnvironment, ...variables }, () => {
    throw new Error('a test reads no secret files');
  });
}
