export { Lifecycle } from './lifecycle.js';
export { HealthModule } from './health.module.js';
export { HealthReport } from './health-report.js';
