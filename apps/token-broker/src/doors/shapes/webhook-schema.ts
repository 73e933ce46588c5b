import type { WebhookEventType } from '#notifications';
import { named, wordOf } from '../openapi/schemas.js';

export const webhookEventType = named(
  'WebhookEventType',
  wordOf<WebhookEventType>('What has happened to a connection.', {
    'connection.connected': 'it was connected, also where it was connected already',
    'connection.expiring': 'its token is good and cannot be refreshed',
    'connection.reconnect_required': 'Deskera does not accept the grant any more',
    'connection.recovered': 'it was connected again, and is served',
    'connection.disconnected': 'its credentials are erased',
  }),
);
