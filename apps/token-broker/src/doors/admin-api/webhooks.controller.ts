import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { AdminTrail, type Caller } from '#access';
import { Webhooks } from '#notifications';
import { CallerOf, RequireScope, WebhookIdParam, WebhookSecretNumberParam } from '../http/index.js';
import {
  secretAnswer,
  webhookAnswer,
  type WebhookAnswer,
  type WebhookSecretAnswer,
} from './webhook-answer.js';
import { WebhookBody, webhookRequest } from './webhook-body.js';

@Controller('admin/api/webhooks')
@RequireScope('admin')
export class WebhooksController {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly trail: AdminTrail,
  ) {}

  @Get()
  async list(): Promise<{ items: WebhookAnswer[] }> {
    return { items: (await this.webhooks.list()).map(webhookAnswer) };
  }

  /** The only answer that shows the secret. On record is the host: a path may be a secret of its own. */
  @Post()
  async create(
    @CallerOf() admin: Caller,
    @Body() body: WebhookBody,
  ): Promise<WebhookAnswer & { secret: string }> {
    const request = webhookRequest(body);
    await this.trail.record(admin, 'webhook_create', URL.parse(request.url)?.host ?? null);
    const created = await this.webhooks.create(request);
    return { ...webhookAnswer(created), secret: created.secret.reveal() };
  }

  @Delete(':webhookId')
  @HttpCode(HttpStatus.NO_CONTENT)
  async remove(@CallerOf() admin: Caller, @WebhookIdParam() webhookId: string): Promise<void> {
    await this.trail.record(admin, 'webhook_delete', webhookId);
    await this.webhooks.remove(webhookId);
  }

  @Post(':webhookId/enable')
  @HttpCode(HttpStatus.NO_CONTENT)
  async enable(@CallerOf() admin: Caller, @WebhookIdParam() webhookId: string): Promise<void> {
    await this.trail.record(admin, 'webhook_enable', webhookId);
    await this.webhooks.enable(webhookId);
  }

  @Post(':webhookId/secrets')
  async addSecret(
    @CallerOf() admin: Caller,
    @WebhookIdParam() webhookId: string,
  ): Promise<WebhookSecretAnswer & { secret: string }> {
    await this.trail.record(admin, 'webhook_secret_create', webhookId);
    const added = await this.webhooks.addSecret(webhookId);
    return { ...secretAnswer(added), secret: added.secret.reveal() };
  }

  @Delete(':webhookId/secrets/:number')
  @HttpCode(HttpStatus.NO_CONTENT)
  async removeSecret(
    @CallerOf() admin: Caller,
    @WebhookIdParam() webhookId: string,
    @WebhookSecretNumberParam() number: string,
  ): Promise<void> {
    await this.trail.record(admin, 'webhook_secret_delete', webhookId);
    await this.webhooks.removeSecret(webhookId, Number(number));
  }
}
