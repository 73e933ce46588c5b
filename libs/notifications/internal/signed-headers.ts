import { Webhook } from 'standardwebhooks';
import type { Secret } from '#kernel';

/** Standard Webhooks' headers: one signature for each live secret, so that a receiver may change over when it likes. */
export function signedHeaders(
  eventId: string,
  body: string,
  secrets: readonly Secret[],
  now: Date,
): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'user-agent': 'deskera-token-broker',
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret.reveal()).sign(eventId, now, body))
      .join(' '),
  };
}
