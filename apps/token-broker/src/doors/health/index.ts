export { HealthModule } from './health.module.js';
export { HealthReport } from './health-report.js';
