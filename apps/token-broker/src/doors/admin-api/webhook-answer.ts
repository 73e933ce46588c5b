import {
  webhookEventTypes,
  type DeliveryRecord,
  type WebhookEndpointRecord,
  type WebhookSecretRecord,
} from '#notifications';
import { timeOrNull } from '../shapes/connection.js';

export interface WebhookSecretAnswer {
  readonly number: number;
  readonly createdAt: string;
}

export interface WebhookAnswer {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly createdAt: string;
  readonly disabledAt: string | null;
  readonly disabledReason: string | null;
  readonly secrets: readonly WebhookSecretAnswer[];
}

export function webhookAnswer(endpoint: WebhookEndpointRecord): WebhookAnswer {
  return {
    id: endpoint.endpointId,
    url: endpoint.url,
    events: endpoint.events.length === 0 ? webhookEventTypes : endpoint.events,
    createdAt: endpoint.createdAt.toISOString(),
    disabledAt: timeOrNull(endpoint.disabledAt),
    disabledReason: endpoint.disabledReason,
    secrets: endpoint.secrets.map(secretAnswer),
  };
}

export function secretAnswer({ number, createdAt }: WebhookSecretRecord): WebhookSecretAnswer {
  return { number, createdAt: createdAt.toISOString() };
}

export interface DeliveryAnswer {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly type: string;
  readonly connectionId: string;
  readonly tenantId: string;
  readonly number: number;
  readonly status: string;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly lastAttemptAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly deliveredAt: string | null;
  readonly createdAt: string;
}

export function deliveryAnswer(delivery: DeliveryRecord): DeliveryAnswer {
  return {
    deliveryId: delivery.deliveryId,
    eventId: delivery.eventId,
    type: delivery.type,
    connectionId: delivery.connectionId,
    tenantId: delivery.tenantId,
    number: delivery.number,
    status: delivery.status,
    attempts: delivery.attempts,
    lastStatus: delivery.lastStatus,
    lastError: delivery.lastError,
    lastAttemptAt: timeOrNull(delivery.lastAttemptAt),
    nextAttemptAt: timeOrNull(delivery.nextAttemptAt),
    deliveredAt: timeOrNull(delivery.deliveredAt),
    createdAt: delivery.createdAt.toISOString(),
  };
}
