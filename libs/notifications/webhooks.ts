import type { Secret } from '#kernel';
import type { DeliveryRecord, DeliveryStatus } from './internal/webhook-deliveries.js';
import type { WebhookEndpointRecord, WebhookSecretRecord } from './internal/webhook-endpoints.js';
import type { WebhookEventType } from '#connections';

export interface WebhookRequest {
  readonly url: string;
  /** Empty: all. */
  readonly events: readonly WebhookEventType[];
}

export interface CreatedWebhook extends WebhookEndpointRecord {
  /** Shown this once: it is kept sealed. */
  readonly secret: Secret;
}

export interface DeliveryPageQuery {
  readonly status: DeliveryStatus | null;
  readonly limit: number;
  readonly cursor: string | null;
}

export interface DeliveryPage {
  readonly items: readonly DeliveryRecord[];
  readonly nextCursor: string | null;
}

/** Where webhooks go, and how they fared. Every method may throw Failure `broker_unavailable`. */
export abstract class Webhooks {
  /**
   * @throws Failure `webhook_url_not_allowed` where it is no URL that a webhook may go to, or its name resolves to an
   * address that is not allowed, or to none; `webhooks_full`
   */
  abstract create(request: WebhookRequest): Promise<CreatedWebhook>;
  /** Oldest first. */
  abstract list(): Promise<readonly WebhookEndpointRecord[]>;
  /** Nothing is delivered to it any more, nor kept of it. @throws Failure `webhook_not_found` */
  abstract remove(endpointId: string): Promise<void>;
  /** It is told again what happens from now on. @throws Failure `webhook_not_found` */
  abstract enable(endpointId: string): Promise<void>;
  /**
   * A second secret for a roll-over: from now on both sign.
   * @throws Failure `webhook_not_found`, `webhook_secrets_full`
   */
  abstract addSecret(endpointId: string): Promise<WebhookSecretRecord & { readonly secret: Secret }>;
  /** @throws Failure `webhook_not_found`, `webhook_secret_not_found`, `webhook_last_secret` */
  abstract removeSecret(endpointId: string, number: number): Promise<void>;
  /** Newest first. @throws Failure `webhook_not_found`, `invalid_cursor` */
  abstract deliveries(endpointId: string, query: DeliveryPageQuery): Promise<DeliveryPage>;
  /**
   * Has a delivery tried anew at once, whatever became of it, with the same event id.
   * @param endpointId null: whichever it is of
   * @throws Failure `webhook_not_found`, `webhook_delivery_not_found`, `webhook_disabled`
   */
  abstract redeliver(endpointId: string | null, deliveryId: string): Promise<void>;
}
