export { MetricsDoorModule } from './metrics-door.module.js';
