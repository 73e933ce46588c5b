import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { NotificationsModule } from '#notifications';
import { OauthModule } from '#oauth';
import { TokensModule } from '#tokens';
import { AdminConnectSessionsController } from './connect-sessions.controller.js';
import { AdminConnectionsController } from './connections.controller.js';
import { GrantImportsController } from './grant-imports.controller.js';
import { HandOutsController } from './hand-outs.controller.js';
import { ServiceKeysController } from './service-keys.controller.js';
import { SummaryController } from './summary.controller.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhooksController } from './webhooks.controller.js';

/** What the admin's scripts, and later the admin page, call. Requires a `HealthReport` from a global module. */
@Module({
  imports: [AccessModule, TokensModule, OauthModule, NotificationsModule],
  controllers: [
    AdminConnectionsController,
    AdminConnectSessionsController,
    GrantImportsController,
    HandOutsController,
    ServiceKeysController,
    SummaryController,
    WebhooksController,
    WebhookDeliveriesController,
  ],
})
export class AdminApiModule {}
