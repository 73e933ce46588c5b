import type { WebhookEventRecord, WebhookEventType } from '#store';

const statusOf = {
  'connection.connected': 'connected',
  'connection.expiring': 'connected',
  'connection.reconnect_required': 'reconnect_required',
  'connection.recovered': 'connected',
  'connection.disconnected': 'disconnected',
} as const satisfies Record<WebhookEventType, string>;

/** The body of a webhook: the same bytes at every try. Made by whitelist; it never holds a token. */
export function webhookBody(event: WebhookEventRecord): string {
  const { type, at, tenantId, connectionId, orgId, orgName, number, detail } = event;
  return JSON.stringify({
    type,
    timestamp: at.toISOString(),
    data: {
      tenantId,
      connectionId,
      org: orgId === null ? null : { id: orgId, name: orgName },
      status: statusOf[type],
      reason: type === 'connection.reconnect_required' ? (detail['reason'] ?? null) : null,
      number,
      ...(type === 'connection.connected' ? { replaced: detail['replaced'] === true } : {}),
    },
  });
}
