export { BrokerLogger } from './broker-logger.js';
export { LogOptions, type LogDestination } from './log-options.js';
export { ObservabilityModule } from './observability.module.js';
export { requestIdFrom } from './request-id.js';
