import { withReferences, component } from './component.js';
import { notStored, rateLimit, rateLimitPolicy, requestIdHeader } from './answer-headers.js';
import { tags, type Answer, type Operation, type Operations, type Parameter } from './operation.js';
import { pathParameters } from './path-parameters.js';
import { problemAnswers } from './problem-answers.js';
import { describedMessages, type Messages } from './message.js';
import type { FailureCode } from '#kernel';

/** What the server says where no operation was reached. */
export const failuresOutside = ['not_found', 'method_not_allowed'] as const satisfies readonly FailureCode[];

export const openApiVersion = '3.1.1';

export type OpenApiDocument = Readonly<Record<string, unknown>> & {
  readonly paths: PathItems;
  readonly webhooks: PathItems;
};

type PathItems = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const outside = failuresOutside.map((code) => `\`${code}\``).join(' and ');

const introduction = `Gets, keeps, checks and refreshes Deskera tokens for the services of a platform.

Every error is an RFC 9457 problem with a stable \`code\`; its \`type\` leads to the page that says what to do. Each answer carries \`x-request-id\`; where a key has a limit, each answer to it tells in \`RateLimit\` how it stands. A GET also answers HEAD. A query parameter or body member that is not known, and a parameter that comes twice, is 400 \`invalid_request\`. Where no operation is reached, ${outside} come in the same form.`;

const requestId = component('parameters', 'RequestId', {
  name: 'x-request-id',
  in: 'header',
  description: 'Taken over for log and answer where it is 1 to 128 of `A-Z a-z 0-9 _ . : -`.',
  schema: { type: 'string', examples: ['checkout-7f3a'] },
});

/** All operations, and what the broker sends by itself, as one OpenAPI 3.1 document. @throws Error where two say they are the same, or a part is not described */
export function openApiDocument(sets: readonly Operations[], messages: Messages): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [route, operation] of sets.flatMap((set) => Object.entries(set))) {
    const [method = '', path = ''] = route.split(' ');
    const item = (paths[path] ??= {});
    if (item[method.toLowerCase()] !== undefined) throw new Error(`${route} is described twice.`);
    item[method.toLowerCase()] = described(method, path, operation);
  }
  const { tree, components } = withReferences({ paths, webhooks: describedMessages(messages) });
  return {
    openapi: openApiVersion,
    info: {
      title: 'Deskera token broker',
      version: '1',
      description: introduction,
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/', description: 'The broker that this document comes from.' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    ...(tree as Pick<OpenApiDocument, 'paths' | 'webhooks'>),
    components: { ...components, securitySchemes: { serviceKey } },
  };
}

const serviceKey = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'dtb_<keyId>_<secret>',
  description:
    'A service key, or the admin key. It covers scopes (`admin` includes all) and tenants; 401 without a good one, 403 where it does not cover what is asked.',
};

function described(method: string, path: string, operation: Operation): object {
  const { id, tag, summary, description, needs, body, answers, failures, pages = [] } = operation;
  const problems = problemAnswers([...commonFailures(method, path, operation), ...failures], pages);
  const responses = {
    ...Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [status, good(answer, operation)]),
    ),
    ...problems,
  };
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: needs === null ? [] : [{ serviceKey: [needs] }],
    parameters: [
      ...pathParameters(path, operation.parts),
      ...located('query', operation.query),
      ...located('header', operation.headers),
      requestId,
    ],
    requestBody: body,
    responses: method === 'HEAD' ? withoutContent(responses) : responses,
  };
}

function good({ description, content, headers }: Answer, { needs }: Operation): object {
  const limits = needs === null ? {} : { 'RateLimit-Policy': rateLimitPolicy, RateLimit: rateLimit };
  return {
    description,
    headers: { 'x-request-id': requestIdHeader, 'Cache-Control': notStored, ...limits, ...headers },
    content,
  };
}

function located(place: 'query' | 'header', parameters: Readonly<Record<string, Parameter>> = {}): object[] {
  return Object.entries(parameters).map(([name, { schema, description, required }]) => ({
    name,
    in: place,
    description,
    required,
    schema,
  }));
}

/** An answer to HEAD has no body (RFC 9110 section 9.3.2); its description names the codes all the same. */
function withoutContent(responses: Readonly<Record<string, object>>): object {
  const withoutBody = (answer: object): object => ({ ...answer, content: undefined });
  return Object.fromEntries(Object.entries(responses).map(([status, each]) => [status, withoutBody(each)]));
}

/** What every route of its kind can answer, so that no operation says it again. */
function commonFailures(method: string, path: string, { needs }: Operation): readonly FailureCode[] {
  const hasParameter = path.includes('{');
  const mayHaveBody = method !== 'GET' && method !== 'HEAD';
  return [
    'invalid_request',
    ...(path.includes('{tenantId}') ? (['invalid_tenant_id'] as const) : []),
    ...(needs === null ? [] : (['unauthorized', 'forbidden', 'rate_limited', 'broker_unavailable'] as const)),
    'request_timeout',
    ...(mayHaveBody ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
    ...(hasParameter ? (['uri_too_long'] as const) : []),
    'headers_too_large',
    'internal_error',
  ];
}
