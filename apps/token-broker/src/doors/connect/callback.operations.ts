import type { FailureCode } from '#kernel';
import { location } from '../openapi/answer-headers.js';
import { json } from '../openapi/contents.js';
import type { Answer, Header, Operations, Parameter } from '../openapi/operation.js';
import { objectOf, text, type Schema } from '../openapi/schemas.js';

const members = {
  code: text('Deskera’s authorization code.'),
  state: text('As the broker gave it to Deskera.'),
  error: text(
    'Why there is no code (RFC 6749, section 4.1.2.1). Only `access_denied` is a denial and ends the session.',
    { examples: ['access_denied'] },
  ),
  scope: text('What was granted.', { examples: ['write'] }),
};

/** What is not known is ignored, as RFC 6749 (section 4.1.2) demands. */
const values: Schema = { type: 'object', properties: members };
const example = { code: 'Ag78aIu', state: 'kD0wqkXv1nC8mZr2c5B7YwQ3hV9bT1xL4sJ6pR8uE0fa', scope: 'write' };

const query: Readonly<Record<string, Parameter>> = Object.fromEntries(
  Object.entries(members).map(([name, { description, ...schema }]) => [
    name,
    { schema, description: String(description) },
  ]),
);

const cors: Readonly<Record<string, Header>> = {
  Vary: { description: 'Another origin gets another answer.', schema: { const: 'Origin' }, required: true },
  'Access-Control-Allow-Origin': {
    description: 'Only for the origins of Deskera’s auth pages.',
    schema: { type: 'string' },
  },
};

const failures: readonly FailureCode[] = [
  'missing_code',
  'missing_state',
  'unknown_state',
  'access_denied',
  'wrong_browser',
  'state_already_used',
  'org_mismatch',
  'org_connected_elsewhere',
  'connect_superseded',
  'state_expired',
  'code_exchange_failed',
  'deskera_unavailable',
  'deskera_client_refused',
  'rate_limited',
  'broker_unavailable',
];

/** Told before a session is known, or to a browser that is not the session's. */
const pages: readonly FailureCode[] = [
  'invalid_request',
  'missing_code',
  'missing_state',
  'unknown_state',
  'wrong_browser',
  'rate_limited',
  'broker_unavailable',
];

const answers: Readonly<Record<number, Answer>> = {
  200: {
    description: 'V1: the tokens are stored.',
    headers: cors,
    content: json(objectOf<{ status: string }>({ status: { type: 'string', const: 'connected' } }), {
      status: 'connected',
    }),
  },
  303: {
    description:
      'V2: on to `redirectUri`, or the landing page, with `session`, `status` and `code`; also where it failed. `status` is the session’s: a second tab is told `connected` where the first one connected.',
    headers: { ...cors, Location: location },
  },
};

const description = [
  'The same `state` and code again waits for and repeats the first outcome, without a second exchange.',
  'Other parameters are ignored, also when they are repeated. A parameter without a value counts as omitted. Where the query has `state` and `code` or `error`, the body is not looked at, whatever its type and size.',
  'Beside a `code` only an `error` that RFC 6749 (section 4.1.2.1) or OpenID Connect Core 1.0 (section 3.1.2.6) registers is heeded. An `error` other than `access_denied` leaves the `state` and the link usable: `server_error` and `temporarily_unavailable` are 503 `deskera_unavailable`; `invalid_request`, `unauthorized_client`, `unsupported_response_type` and `invalid_scope` are 503 `deskera_client_refused`; any other is 502 `code_exchange_failed`.',
  'A failure is a problem for V1 and for `Accept: application/json`. HEAD is 405 `method_not_allowed`: a callback is never just looked at.',
  'V1’s callback comes from Deskera’s servers without a cookie, and Deskera documents no PKCE: the `state` alone binds it, so V1 with `activation: callback` does not prove that the person who consented opened the link. Nor does `activation: browser` where the opener may edit Deskera’s address; use `confirm`. V2’s callback is bound to that browser by its cookie.',
].join(' ');

const callback = { tag: 'People and Deskera', needs: null, answers, description } as const;

export const callbackOperations: Operations = {
  'GET /oauth/callback': {
    ...callback,
    id: 'returnFromDeskera',
    summary: 'Deskera’s callback',
    query,
    failures,
    pages,
  },
  'POST /oauth/callback': {
    ...callback,
    id: 'postFromDeskera',
    summary: 'Deskera’s callback, with its values in the query or the body',
    query,
    body: {
      required: false,
      content: {
        'application/json': { schema: values, example },
        'application/x-www-form-urlencoded': { schema: values, example },
      },
    },
    failures,
    pages,
  },
  'OPTIONS /oauth/callback': {
    id: 'preflightCallback',
    tag: 'People and Deskera',
    summary: 'May the auth page’s script call it',
    needs: null,
    answers: {
      204: {
        description: 'It may where its origin is named.',
        headers: {
          ...cors,
          'Access-Control-Allow-Methods': optional('What it may send.'),
          'Access-Control-Allow-Headers': optional('With which headers.'),
          'Access-Control-Max-Age': optional('For how many seconds this holds.'),
        },
      },
    },
    failures: [],
  },
};

function optional(text: string): Header {
  return { description: text, schema: { type: 'string' } };
}
