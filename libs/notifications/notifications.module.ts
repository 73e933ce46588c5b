import { Module } from '@nestjs/common';
import { StoreModule } from '#store';
import { AddressRules } from './internal/address-rules.js';
import { DeliveryWorker } from './internal/delivery-worker.js';
import { DueDeliveries } from './internal/due-deliveries.js';
import { OutboxRelay } from './internal/outbox-relay.js';
import { OutcomeKeeper } from './internal/outcome-keeper.js';
import { TargetResolver } from './internal/target-resolver.js';
import { WakeUp } from './internal/wake-up.js';
import { WebhookDesk } from './internal/webhook-desk.js';
import { WebhookSender } from './internal/webhook-sender.js';
import { Webhooks } from './webhooks.js';

/** Tells others what happens to connections. Needs a `NotificationsOptions` from a global module. */
@Module({
  imports: [StoreModule],
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
