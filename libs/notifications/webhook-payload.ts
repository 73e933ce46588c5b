import type { WebhookEventType } from '#connections';

/** The body of a webhook. Never contains a token. */
export interface WebhookPayload {
  readonly type: WebhookEventType;
  /** Time of the event, not of the delivery. */
  readonly timestamp: string;
  readonly data: WebhookData;
}

export interface WebhookData {
  readonly tenantId: string;
  readonly connectionId: string;
  /** Null if Deskera's token does not contain the value. */
  readonly org: { readonly id: string; readonly name: string | null } | null;
  /** The value at the time of the event. */
  readonly status: 'connected' | 'reconnect_required' | 'disconnected';
  /** Null except for `connection.reconnect_required`. */
  readonly reason: string | null;
  /** Running number within the connection; events are delivered in this order. */
  readonly number: number;
  /** Only with `connection.connected`: true if the org was connected before. */
  readonly replaced?: boolean;
}
