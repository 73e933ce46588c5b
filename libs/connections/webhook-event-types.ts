/** The types of webhook events. */
export const webhookEventTypes = [
  'connection.connected',
  'connection.expiring',
  'connection.reconnect_required',
  'connection.recovered',
  'connection.disconnected',
] as const;

export type WebhookEventType = (typeof webhookEventTypes)[number];

const byKind: Readonly<Partial<Record<string, WebhookEventType>>> = {
  connected: 'connection.connected',
  cannot_be_refreshed: 'connection.expiring',
  reconnect_required: 'connection.reconnect_required',
  recovered: 'connection.recovered',
  disconnected: 'connection.disconnected',
};

/**
 * @param kind kind of an event in a connection's history
 * @returns null if no webhook announces this kind
 */
export function announcedAs(kind: string): WebhookEventType | null {
  return byKind[kind] ?? null;
}
