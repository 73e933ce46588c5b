export { goodEnvironment } from './good-environment.js';
export { testConfig } from './test-config.js';
