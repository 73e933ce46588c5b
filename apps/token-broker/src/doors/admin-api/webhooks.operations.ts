import { webhookEventTypes } from '#notifications';
import { json, jsonBody } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import {
  listOf,
  named,
  objectOf,
  oneOf,
  orNull,
  plainText,
  text,
  time,
  type SchemasOf,
} from '../openapi/schemas.js';
import { webhookEventType } from '../shapes/webhook-schema.js';
import type { WebhookAnswer } from './webhook-answer.js';
import type { WebhookBody } from './webhook-body.js';
import { secret, webhookSecret, webhookSecretExample } from './webhook-secrets.operations.js';

const members: SchemasOf<WebhookAnswer> = {
  id: text('Its id.', { format: 'uuid' }),
  url: text('Where it goes.'),
  events: listOf(webhookEventType, { description: 'What it is told.' }),
  createdAt: time('When it was made.'),
  disabledAt: orNull(time('Since when nothing is delivered to it; null: it is enabled.')),
  disabledReason: orNull(oneOf(['gone'], 'Why. `gone`: it answered 410.')),
  secrets: listOf(webhookSecret, { description: 'The one or two that sign, oldest first.' }),
};

const webhook = named('Webhook', objectOf<WebhookAnswer>(members));

const example: WebhookAnswer = {
  id: '5f0f3b8e-6a9e-4d2b-9d5c-333333333333',
  url: 'https://hooks.example/deskera',
  events: webhookEventTypes,
  createdAt: '2026-11-23T11:00:00.000Z',
  disabledAt: null,
  disabledReason: null,
  secrets: [webhookSecretExample],
};

const body = named(
  'WebhookRequest',
  objectOf<WebhookBody>(
    {
      url: plainText(
        2_000,
        'An `https` address without user name and fragment that leads to a public address, or to a network of `WEBHOOK_ALLOWED_NETWORKS`, where `http` will do. Looked at again at each delivery.',
      ),
      events: orNull(
        listOf(webhookEventType, {
          maxItems: webhookEventTypes.length,
          description: 'What it is told; all where it is empty, null or left out.',
        }),
      ),
    },
    'events',
  ),
);

const common = { tag: 'Webhooks', needs: 'admin' } as const;

export const webhookOperations: Operations = {
  'GET /admin/api/webhooks': {
    ...common,
    id: 'listWebhooks',
    summary: 'All webhooks, without their secrets',
    answers: {
      200: {
        description: 'All, oldest first.',
        content: json(named('Webhooks', objectOf<{ items: WebhookAnswer[] }>({ items: listOf(webhook) })), {
          items: [example],
        }),
      },
    },
    failures: [],
  },
  'POST /admin/api/webhooks': {
    ...common,
    id: 'createWebhook',
    summary: 'Have an address told what happens to connections from now on',
    body: jsonBody(body, { url: example.url, events: ['connection.reconnect_required'] }),
    answers: {
      201: {
        description: 'The only answer that shows the secret.',
        content: json(
          named('CreatedWebhook', objectOf<WebhookAnswer & { secret: string }>({ ...members, secret })),
          { ...example, events: ['connection.reconnect_required'], secret: 'whsec_…' },
        ),
      },
    },
    failures: ['webhook_url_not_allowed', 'webhooks_full'],
  },
  'DELETE /admin/api/webhooks/{webhookId}': {
    ...common,
    id: 'deleteWebhook',
    summary: 'Delete a webhook with its secrets and deliveries',
    answers: { 204: { description: 'It is told nothing any more.' } },
    failures: ['webhook_not_found'],
  },
  'POST /admin/api/webhooks/{webhookId}/enable': {
    ...common,
    id: 'enableWebhook',
    summary: 'Have a webhook told again what happens from now on',
    description: 'What was parked meanwhile waits for its redelivery.',
    answers: { 204: { description: 'It is enabled, or was.' } },
    failures: ['webhook_not_found'],
  },
};
