import { json } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import { named, objectOf, text, time, wholeNumber, type SchemasOf } from '../openapi/schemas.js';
import type { WebhookSecretAnswer } from './webhook-answer.js';

const members: SchemasOf<WebhookSecretAnswer> = {
  number: wholeNumber('By which it is deleted.', { minimum: 1 }),
  createdAt: time('When it was made.'),
};

export const secret = text('What signs, as Standard Webhooks writes it: `whsec_` and base64.');

/** One as it is listed: its number, and not what it is. */
export const webhookSecret = objectOf<WebhookSecretAnswer>(members);

export const webhookSecretExample: WebhookSecretAnswer = { number: 1, createdAt: '2026-11-23T11:00:00.000Z' };

export const webhookSecretOperations: Operations = {
  'POST /admin/api/webhooks/{webhookId}/secrets': {
    id: 'addWebhookSecret',
    tag: 'Webhooks',
    summary: 'A second secret; both sign, so that the receiver can change over',
    needs: 'admin',
    answers: {
      201: {
        description: 'The only answer that shows it.',
        content: json(
          named(
            'CreatedWebhookSecret',
            objectOf<WebhookSecretAnswer & { secret: string }>({ ...members, secret }),
          ),
          { ...webhookSecretExample, number: 2, secret: 'whsec_…' },
        ),
      },
    },
    failures: ['webhook_not_found', 'webhook_secrets_full'],
  },
  'DELETE /admin/api/webhooks/{webhookId}/secrets/{number}': {
    id: 'deleteWebhookSecret',
    tag: 'Webhooks',
    summary: 'Delete one of two secrets',
    needs: 'admin',
    answers: { 204: { description: 'It signs nothing any more; the other one does.' } },
    failures: ['webhook_not_found', 'webhook_secret_not_found', 'webhook_last_secret'],
  },
};
