import type { Secret } from '#kernel';
import type { DeliveryRecord, DeliveryStatus } from './internal/webhook-deliveries.js';
import type { WebhookEndpointRecord, WebhookSecretRecord } from './internal/webhook-endpoints.js';
import type { WebhookEventType } from '#connections';

export interface WebhookRequest {
  readonly url: string;
  /** Empty for all events. */
  readonly events: readonly WebhookEventType[];
}

export interface CreatedWebhook extends WebhookEndpointRecord {
  /** Shown only once; stored encrypted. */
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

/** Webhook endpoints and their deliveries. Every method may throw Failure `broker_unavailable`. */
export abstract class Webhooks {
  /**
   * @throws Failure `webhook_url_not_allowed` if the URL is not allowed, or its name resolves to no address or to one
   * that is not allowed; `webhooks_full`
   */
  abstract create(request: WebhookRequest): Promise<CreatedWebhook>;
  /** Oldest first. */
  abstract list(): Promise<readonly WebhookEndpointRecord[]>;
  /**
   * Removes the endpoint and its deliveries.
   * @throws Failure `webhook_not_found`
   */
  abstract remove(endpointId: string): Promise<void>;
  /**
   * Enables the endpoint for events from now on.
   * @throws Failure `webhook_not_found`
   */
  abstract enable(endpointId: string): Promise<void>;
  /**
   * Adds a second secret; from now on both sign.
   * @throws Failure `webhook_not_found`, `webhook_secrets_full`
   */
  abstract addSecret(endpointId: string): Promise<WebhookSecretRecord & { readonly secret: Secret }>;
  /** @throws Failure `webhook_not_found`, `webhook_secret_not_found`, `webhook_last_secret` */
  abstract removeSecret(endpointId: string, number: number): Promise<void>;
  /** Newest first. @throws Failure `webhook_not_found`, `invalid_cursor` */
  abstract deliveries(endpointId: string, query: DeliveryPageQuery): Promise<DeliveryPage>;
  /**
   * Retries a delivery at once, whatever its status, with the same event id.
   * @param endpointId null for any endpoint
   * @throws Failure `webhook_not_found`, `webhook_delivery_not_found`, `webhook_disabled`
   */
  abstract redeliver(endpointId: string | null, deliveryId: string): Promise<void>;
}
