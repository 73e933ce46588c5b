import { Module } from '@nestjs/common';
import { DatabaseModule } from '#database';
import { EncryptedRecords, VaultModule } from '#vault';
import { WebhookDeliveryStore } from '../webhook-deliveries.js';
import { WebhookEndpointStore } from '../webhook-endpoints.js';
import { DeliveryJobs } from './delivery-jobs.js';
import { OpenedSecrets } from './opened-secrets.js';
import { EncryptedWebhookSecrets } from './encrypted-webhook-secrets.js';
import { WebhookDeliveriesSql } from './webhook-deliveries-sql.js';
import { WebhookEndpointsSql } from './webhook-endpoints-sql.js';

/** The rows of webhook endpoints, of their secrets and of deliveries, and the queue's jobs. */
@Module({
  imports: [DatabaseModule, VaultModule],
  providers: [
    DeliveryJobs,
    OpenedSecrets,
    EncryptedWebhookSecrets,
    { provide: WebhookDeliveryStore, useClass: WebhookDeliveriesSql },
    { provide: WebhookEndpointStore, useClass: WebhookEndpointsSql },
  ],
  exports: [WebhookDeliveryStore, WebhookEndpointStore],
})
export class WebhookStorageModule {
  constructor(stock: EncryptedRecords, secrets: EncryptedWebhookSecrets) {
    stock.add(secrets);
  }
}
