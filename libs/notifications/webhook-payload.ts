import type { WebhookEventType } from '#connections';

/** The body of a webhook. It never holds a token. */
export interface WebhookPayload {
  readonly type: WebhookEventType;
  /** When it happened, not when it is told. */
  readonly timestamp: string;
  readonly data: WebhookData;
}

export interface WebhookData {
  readonly tenantId: string;
  readonly connectionId: string;
  /** Null where Deskera's token does not tell. */
  readonly org: { readonly id: string; readonly name: string | null } | null;
  /** As it was then. */
  readonly status: 'connected' | 'reconnect_required' | 'disconnected';
  /** Null but with `connection.reconnect_required`. */
  readonly reason: string | null;
  /** The connection's running number: its events are told in this order. */
  readonly number: number;
  /** Of `connection.connected` alone: it was connected already. */
  readonly replaced?: boolean;
}
