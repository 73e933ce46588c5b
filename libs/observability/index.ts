export { logTrouble } from './log-trouble.js';
export { BrokerLogger } from './broker-logger.js';
export {
  BrokerMetrics,
  type CheckOutcome,
  type DeskeraAnswer,
  type DeskeraOperation,
  type RateLimitName,
  type RefreshOutcome,
  type TokenRequestResult,
  type WebhookOutcome,
} from './broker-metrics.js';
export { LogOptions, type LogDestination } from './log-options.js';
export { MetricsPage, type ReplicaReadings } from './metrics-page.js';
export { MetricsModule } from './metrics.module.js';
export { ObservabilityModule } from './observability.module.js';
export { flushProcessLog, ignoreBrokenOutput, processLog } from './process-log.js';
export { rememberSender } from './request-sender.js';
export { requestIdFrom } from './request-id.js';
