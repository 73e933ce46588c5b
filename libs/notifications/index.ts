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
export {
  webhookEventTypes,
  type DeliveryRecord,
  type DeliveryStatus,
  type WebhookEndpointRecord,
  type WebhookEventType,
  type WebhookSecretRecord,
} from '#store';
