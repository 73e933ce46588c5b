export { MetricsText, type Sample } from './metrics-text.js';
export { RecordedMetrics } from './recorded-metrics.js';
export { SilentMetrics } from './silent-metrics.js';
