import { Injectable } from '@nestjs/common';
import { Clock, Failure, Secret } from '#kernel';
import { WebhookDeliveryStore, type DeliveryQuery, type DeliveryRecord } from './webhook-deliveries.js';
import {
  WebhookEndpointStore,
  type WebhookEndpointRecord,
  type WebhookSecretRecord,
} from './webhook-endpoints.js';
import { NotificationsOptions } from '../options.js';
import {
  Webhooks,
  type CreatedWebhook,
  type DeliveryPage,
  type DeliveryPageQuery,
  type WebhookRequest,
} from '../webhooks.js';
import { TargetResolver, type Resolution } from './target-resolver.js';
import { notAllowed, targetUrl } from './target-url.js';
import { WakeUp } from './wake-up.js';
import { randomBytes } from 'node:crypto';

/** Each endpoint has workers of its own on every replica, and none takes another's: their number must have a bound. */
const mostEndpoints = 20;

const sentences: Readonly<Record<Extract<Resolution, { kind: 'refused' }>['why'], string>> = {
  address_not_allowed: 'It leads to an address that is not public, and not in WEBHOOK_ALLOWED_NETWORKS.',
  https_needed: 'It must begin with https://, unless it leads to a network of WEBHOOK_ALLOWED_NETWORKS.',
  name_not_resolved: 'Its name does not resolve.',
};

@Injectable()
export class WebhookDesk extends Webhooks {
  constructor(
    private readonly endpoints: WebhookEndpointStore,
    private readonly deliveryStore: WebhookDeliveryStore,
    private readonly resolver: TargetResolver,
    private readonly wakeUp: WakeUp,
    private readonly options: NotificationsOptions,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async create({ url, events }: WebhookRequest): Promise<CreatedWebhook> {
    const target = targetUrl(url);
    const resolution = await this.#resolve(target);
    if (resolution.kind === 'refused') throw notAllowed(sentences[resolution.why]);
    const secret = newSecret();
    const endpoint = { url: target.href, events: [...new Set(events)], secret };
    const created = await this.endpoints.create(endpoint, mostEndpoints);
    if (created !== null) return { ...created, secret };
    throw new Failure('webhooks_full', `There are ${String(mostEndpoints)} webhooks already.`);
  }

  async #resolve(target: URL): Promise<Resolution> {
    const over = new AbortController();
    const late = this.clock
      .sleep(this.options.answerSeconds * 1_000, over.signal)
      .then(() => ({ kind: 'refused', why: 'name_not_resolved' }) as const);
    const resolution = await Promise.race([this.resolver.resolve(target), late]);
    over.abort();
    return resolution;
  }

  override list(): Promise<readonly WebhookEndpointRecord[]> {
    return this.endpoints.list();
  }

  override async remove(endpointId: string): Promise<void> {
    if (!(await this.endpoints.remove(endpointId))) throw noEndpoint();
  }

  override async enable(endpointId: string): Promise<void> {
    if (!(await this.endpoints.enable(endpointId))) throw noEndpoint();
  }

  override async addSecret(endpointId: string): Promise<WebhookSecretRecord & { readonly secret: Secret }> {
    const secret = newSecret();
    const added = await this.endpoints.addSecret(endpointId, secret);
    if (added === 'no_endpoint') throw noEndpoint();
    if (added !== 'full') return { ...added, secret };
    throw new Failure('webhook_secrets_full', 'This webhook has two secrets already: delete one first.');
  }

  override async removeSecret(endpointId: string, number: number): Promise<void> {
    switch (await this.endpoints.removeSecret(endpointId, number)) {
      case 'removed':
        return;
      case 'no_endpoint':
        throw noEndpoint();
      case 'no_secret':
        throw new Failure('webhook_secret_not_found', 'This webhook has no such secret.');
      case 'last':
        throw new Failure('webhook_last_secret', 'It is the only secret of this webhook: add another first.');
    }
  }

  override async deliveries(
    endpointId: string,
    { status, limit, cursor }: DeliveryPageQuery,
  ): Promise<DeliveryPage> {
    const before = readDeliveryCursor(cursor);
    if (!(await this.endpoints.exists(endpointId))) throw noEndpoint();
    const rows = await this.deliveryStore.log(endpointId, { status, limit: limit + 1, before });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const hasMore = rows.length > limit && last !== undefined;
    return { items, nextCursor: hasMore ? deliveryCursor(last) : null };
  }

  override async redeliver(endpointId: string | null, deliveryId: string): Promise<void> {
    switch (await this.deliveryStore.redeliver(endpointId, deliveryId)) {
      case 'begun':
        this.wakeUp.call();
        return;
      case 'no_endpoint':
        throw noEndpoint();
      case 'no_delivery':
        throw new Failure('webhook_delivery_not_found', 'There is no such delivery.');
      case 'disabled':
        throw new Failure('webhook_disabled', 'This webhook is disabled: enable it first.');
    }
  }
}

function noEndpoint(): Failure {
  return new Failure('webhook_not_found', 'There is no such webhook.');
}

const time = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d){0,2}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Opaque to callers, and distrusted when it comes back. */
function deliveryCursor({ createdAtText, deliveryId }: DeliveryRecord): string {
  return Buffer.from(`${createdAtText}|${deliveryId}`).toString('base64url');
}

/** @throws Failure `invalid_cursor` */
function readDeliveryCursor(cursor: string | null): DeliveryQuery['before'] {
  if (cursor === null) return null;
  const text = /^[A-Za-z0-9_-]{1,256}$/.test(cursor) ? Buffer.from(cursor, 'base64url').toString('utf8') : '';
  const [createdAt = '', deliveryId = '', ...others] = text.split('|');
  const isTime = time.test(createdAt) && !Number.isNaN(Date.parse(isoOf(createdAt)));
  if (!isTime || !uuid.test(deliveryId) || others.length > 0) {
    throw new Failure('invalid_cursor', 'The cursor is not one that this list handed out.');
  }
  return { createdAt, deliveryId };
}

function isoOf(databaseTime: string): string {
  return databaseTime.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
}

/** Standard Webhooks: `whsec_` and the base64 of 24 to 64 random bytes. */
function newSecret(): Secret {
  return Secret.of(`whsec_${randomBytes(32).toString('base64')}`);
}
