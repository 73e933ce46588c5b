export { BrokerConfigModule } from './broker-config.module.js';
export {
  BrokerConfig,
  type DatabaseUrls,
  type DeskeraCredentials,
  type LogLevel,
  type NamedKey,
} from './broker-config.js';
export { ConfigInvalid, type ConfigProblem } from './config-invalid.js';
export { readConfig, readMigrationUrl } from './read-config.js';
export { readOperatorConfig, type OperatorConfig } from './read-operator-config.js';
