export { NotificationsModule } from './notifications.module.js';
export { dayOfRetries, NotificationsOptions } from './options.js';
export {
  Webhooks,
  type CreatedWebhook,
  type DeliveryPage,
  type DeliveryPageQuery,
  type WebhookRequest,
} from './webhooks.js';
export type { WebhookData, WebhookPayload } from './webhook-payload.js';
export { webhookEventTypes, type WebhookEventType } from '#connections';
export { type DeliveryRecord, type DeliveryStatus } from './internal/webhook-deliveries.js';
export { type WebhookEndpointRecord, type WebhookSecretRecord } from './internal/webhook-endpoints.js';
export { WebhookStorageModule } from './internal/sql/webhook-storage.module.js';
