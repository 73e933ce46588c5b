import { Failure, Secret } from '#kernel';
import {
  Webhooks,
  type CreatedWebhook,
  type DeliveryPage,
  type DeliveryPageQuery,
  type DeliveryRecord,
  type WebhookEndpointRecord,
  type WebhookRequest,
  type WebhookSecretRecord,
} from '#notifications';

export const webhookId = '5f0f3b8e-6a9e-4d2b-9d5c-0a1b2c3d4e5f';
export const deliveryId = '6f0f3b8e-6a9e-4d2b-9d5c-0a1b2c3d4e5f';

const at = new Date('2026-11-23T11:00:00Z');

/** Knows one webhook with one delivery, and remembers what it was asked. */
export class FakeWebhooks extends Webhooks {
  readonly calls: string[] = [];

  override create(request: WebhookRequest): Promise<CreatedWebhook> {
    this.calls.push(`create ${JSON.stringify(request)}`);
    return Promise.resolve({ ...endpoint(request), secret: Secret.of('whsec_the-secret') });
  }

  override list(): Promise<readonly WebhookEndpointRecord[]> {
    return Promise.resolve([endpoint({ url: 'https://hooks.example/in', events: [] })]);
  }

  override remove(endpointId: string): Promise<void> {
    return this.#known(`remove ${endpointId}`, endpointId);
  }

  override enable(endpointId: string): Promise<void> {
    return this.#known(`enable ${endpointId}`, endpointId);
  }

  override async addSecret(endpointId: string): Promise<WebhookSecretRecord & { secret: Secret }> {
    await this.#known(`addSecret ${endpointId}`, endpointId);
    return { number: 2, createdAt: at, secret: Secret.of('whsec_another-secret') };
  }

  override removeSecret(endpointId: string, number: number): Promise<void> {
    return this.#known(`removeSecret ${endpointId} ${String(number)}`, endpointId);
  }

  override async deliveries(endpointId: string, query: DeliveryPageQuery): Promise<DeliveryPage> {
    await this.#known(`deliveries ${endpointId} ${JSON.stringify(query)}`, endpointId);
    return { items: [delivery], nextCursor: 'next' };
  }

  override redeliver(endpointId: string | null, wanted: string): Promise<void> {
    return this.#known(`redeliver ${String(endpointId)} ${wanted}`, endpointId ?? webhookId);
  }

  async #known(call: string, endpointId: string): Promise<void> {
    this.calls.push(call);
    if (endpointId !== webhookId) throw new Failure('webhook_not_found', 'There is no such webhook.');
  }
}

function endpoint({ url, events }: WebhookRequest): WebhookEndpointRecord {
  return {
    endpointId: webhookId,
    url,
    events,
    createdAt: at,
    disabledAt: null,
    disabledReason: null,
    secrets: [{ number: 1, createdAt: at }],
  };
}

const delivery: DeliveryRecord = {
  deliveryId,
  eventId: '7f0f3b8e-6a9e-4d2b-9d5c-0a1b2c3d4e5f',
  type: 'connection.connected',
  connectionId: '3f0f3b8e-6a9e-4d2b-9d5c-0a1b2c3d4e5f',
  tenantId: 'acme',
  number: 1,
  status: 'parked',
  attempts: 7,
  lastStatus: 500,
  lastError: 'not_accepted',
  lastAttemptAt: at,
  nextAttemptAt: null,
  deliveredAt: null,
  createdAt: at,
  createdAtText: '2026-11-23 11:00:00+00',
};
