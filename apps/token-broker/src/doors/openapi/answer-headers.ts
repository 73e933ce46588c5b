import { component } from './component.js';
import type { Header } from './operation.js';
import type { Schema } from './schemas.js';

function header(name: string, description: string, schema: Schema, required = true): Header {
  return component('headers', name, { description, schema, ...(required && { required }) });
}

const moment = { type: 'string', format: 'date-time' };

export const requestIdHeader = header(
  'RequestId',
  'The id of this request in the log: the caller’s own where it sent a good one.',
  { type: 'string', pattern: '^[A-Za-z0-9_.:-]{1,128}$' },
);

export const notStored = header('NotStored', 'Nobody keeps this answer.', { const: 'no-store' });

export const cacheable = header('Cacheable', 'Anybody may keep this answer that long.', {
  const: 'public, max-age=300',
});

export const retryAfter = header('RetryAfter', 'In how many seconds asking again makes sense.', {
  type: 'integer',
  minimum: 1,
});

const fieldsOf = 'draft-ietf-httpapi-ratelimit-headers-10; left out where the key has no limit';

export const rateLimitPolicy = header(
  'RateLimitPolicy',
  `The key’s limit: \`q\` requests in \`w\` seconds (${fieldsOf}).`,
  { type: 'string', pattern: String.raw`^"key";q=\d+;w=\d+$` },
  false,
);

export const rateLimit = header(
  'RateLimit',
  `How the key stands: \`r\` requests remain, and in \`t\` seconds all are there again (${fieldsOf}).`,
  { type: 'string', pattern: String.raw`^"key";r=\d+;t=\d+$` },
  false,
);

export const authenticate = header('Authenticate', 'How to show who calls (RFC 6750).', { const: 'Bearer' });

export const entityTag = header('EntityTag', 'For `If-None-Match`.', {
  type: 'string',
  pattern: String.raw`^(W/)?"[\x21\x23-\x7e]*"$`,
});

export const verifiedAtHeader = header(
  'VerifiedAt',
  'The `verifiedAt` of the token that the caller has already.',
  moment,
);

export const expiresAtHeader = header(
  'ExpiresAt',
  'The `expiresAt` of the token that the caller has already; left out where unknown.',
  moment,
  false,
);

export const location = header('Location', 'Where the browser goes on.', { type: 'string' });

export const contentPolicy = header('ContentPolicy', 'What a browser may load: nothing from elsewhere.', {
  type: 'string',
});
