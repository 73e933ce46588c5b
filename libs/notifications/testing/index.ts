export { FakeDeliveries } from './fake-deliveries.js';
export { NotificationsBench } from './notifications-bench.js';
export { WebhookReceiver, type ReceivedWebhook, type Reply } from './webhook-receiver.js';
