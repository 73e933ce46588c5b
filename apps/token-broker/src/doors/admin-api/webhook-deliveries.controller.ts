import { Controller, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { AdminTrail, type Caller } from '#access';
import { Webhooks } from '#notifications';
import { CallerOf, DeliveryIdParam, RequireScope, WebhookIdParam } from '../http/index.js';
import { DeliveriesQuery, deliveryPageQuery } from './deliveries-query.js';
import { deliveryAnswer, type DeliveryAnswer } from './webhook-answer.js';

@Controller('admin/api/webhooks')
@RequireScope('admin')
export class WebhookDeliveriesController {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly trail: AdminTrail,
  ) {}

  @Get(':webhookId/deliveries')
  async list(
    @WebhookIdParam() webhookId: string,
    @Query() query: DeliveriesQuery,
  ): Promise<{ items: DeliveryAnswer[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.webhooks.deliveries(webhookId, deliveryPageQuery(query));
    return { items: items.map(deliveryAnswer), nextCursor };
  }

  @Post('deliveries/:deliveryId/redeliver')
  @HttpCode(HttpStatus.ACCEPTED)
  async redeliver(@CallerOf() admin: Caller, @DeliveryIdParam() deliveryId: string): Promise<void> {
    await this.trail.record(admin, 'webhook_redeliver', deliveryId);
    await this.webhooks.redeliver(null, deliveryId);
  }

  /** The same, where the webhook's own list was looked at: of another webhook it is none. */
  @Post(':webhookId/deliveries/:deliveryId/redeliver')
  @HttpCode(HttpStatus.ACCEPTED)
  async redeliverOf(
    @CallerOf() admin: Caller,
    @WebhookIdParam() webhookId: string,
    @DeliveryIdParam() deliveryId: string,
  ): Promise<void> {
    await this.trail.record(admin, 'webhook_redeliver', deliveryId);
    await this.webhooks.redeliver(webhookId, deliveryId);
  }
}
