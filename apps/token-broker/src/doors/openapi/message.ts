import { component } from './component.js';
import type { Content, tags } from './operation.js';
import type { Schema } from './schemas.js';

/** What the broker sends by itself. */
export interface Message {
  readonly id: string;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly content: Content;
}

/** By the name of what has happened, as in `connection.connected`. */
export type Messages = Readonly<Record<string, Message>>;

const description =
  'Signed as Standard Webhooks demands (https://www.standardwebhooks.com). It comes at least once: take each `webhook-id` once. The events of a connection are told in the order of their `number`, but one that was not accepted holds up the next for three tries only.';

const headers = [
  header('webhook-id', 'The event’s id: the same at every try.', { type: 'string', format: 'uuid' }),
  header('webhook-timestamp', 'When this try was signed, in seconds since 1970.', {
    type: 'integer',
    minimum: 0,
  }),
  header(
    'webhook-signature',
    'One for each secret of the webhook, with a space between: the HMAC-SHA256 of id, timestamp and body, with a dot between each.',
    { type: 'string', pattern: '^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)*$' },
  ),
];

const responses = {
  '2XX': { description: 'Delivered.' },
  410: { description: 'Over: the webhook is disabled, and what was still to come is parked.' },
  default: {
    description:
      'Tried again, with growing pauses for a day, then parked until somebody has it redelivered. So is no answer in time, and a redirect, which is not followed. `Retry-After` in seconds is heeded with 429 and 503, up to an hour.',
  },
};

/** The messages as the document's `webhooks`. */
export function describedMessages(messages: Messages): Record<string, object> {
  const described = Object.entries(messages).map(([name, { id, tag, summary, content }]) => [
    name,
    {
      post: {
        operationId: id,
        tags: [tag],
        summary,
        description,
        security: [],
        parameters: headers,
        requestBody: { required: true, content },
        responses,
      },
    },
  ]);
  return Object.fromEntries(described) as Record<string, object>;
}

function header(name: string, meaning: string, schema: Schema): object {
  const place = name.replaceAll(/(?:^|-)(\w)/g, (_whole, letter: string) => letter.toUpperCase());
  return component('parameters', place, {
    name,
    in: 'header',
    required: true,
    description: meaning,
    schema,
  });
}
