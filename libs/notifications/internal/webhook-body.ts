import type { WebhookEventRecord } from './webhook-deliveries.js';
import type { WebhookEventType } from '#connections';
import type { WebhookData, WebhookPayload } from '../webhook-payload.js';

const statusOf = {
  'connection.connected': 'connected',
  'connection.expiring': 'connected',
  'connection.reconnect_required': 'reconnect_required',
  'connection.recovered': 'connected',
  'connection.disconnected': 'disconnected',
} as const satisfies Record<WebhookEventType, WebhookData['status']>;

/** The body of a webhook: the same bytes at every try. Made by whitelist; it never holds a token. */
export function webhookBody(event: WebhookEventRecord): string {
  const { type, at, tenantId, connectionId, orgId, orgName, number, detail } = event;
  const payload: WebhookPayload = {
    type,
    timestamp: at.toISOString(),
    data: {
      tenantId,
      connectionId,
      org: orgId === null ? null : { id: orgId, name: orgName },
      status: statusOf[type],
      reason: type === 'connection.reconnect_required' ? reasonIn(detail) : null,
      number,
      ...(type === 'connection.connected' ? { replaced: detail['replaced'] === true } : {}),
    },
  };
  return JSON.stringify(payload);
}

function reasonIn({ reason }: WebhookEventRecord['detail']): string | null {
  return typeof reason === 'string' ? reason : null;
}
