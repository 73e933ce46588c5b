import { Module } from '@nestjs/common';
import { DatabaseModule } from '#database';
import { AddressRules } from './internal/address-rules.js';
import { DeliveryWorker } from './internal/delivery-worker.js';
import { DueDeliveries } from './internal/due-deliveries.js';
import { OutboxRelay } from './internal/outbox-relay.js';
import { OutcomeKeeper } from './internal/outcome-keeper.js';
import { WebhookStorageModule } from './internal/sql/webhook-storage.module.js';
import { TargetResolver } from './internal/target-resolver.js';
import { WakeUp } from './internal/wake-up.js';
import { WebhookDesk } from './internal/webhook-desk.js';
import { WebhookSender } from './internal/webhook-sender.js';
import { Webhooks } from './webhooks.js';

/** Sends webhooks about connections. Requires `NotificationsOptions` from a global module. */
@Module({
  imports: [DatabaseModule, WebhookStorageModule],
  providers: [
    AddressRules,
    TargetResolver,
    WebhookSender,
    WakeUp,
    DueDeliveries,
    OutboxRelay,
    OutcomeKeeper,
    DeliveryWorker,
    { provide: Webhooks, useClass: WebhookDesk },
  ],
  exports: [Webhooks],
})
export class NotificationsModule {}
