import type { DescribedAnswer, DescribedOperation } from './described-api.js';
import { misfit } from './schema-judge.js';
import type { Received } from './wire.js';

/** How an answer departs from what the document says of the operation; empty: not at all. */
export function departures(operation: DescribedOperation, received: Received): string[] {
  const answer = operation.responses[String(received.status)];
  if (answer === undefined)
    return [`${String(received.status)} is not described: ${received.body.slice(0, 300)}`];
  return [...headerDepartures(answer, received), ...bodyDepartures(operation, answer, received)];
}

function headerDepartures({ headers }: DescribedAnswer, received: Received): string[] {
  return Object.entries(headers).flatMap(([name, { schema, required }]) => {
    const value = received.headers[name.toLowerCase()];
    if (value === undefined) return required === true ? [`${name} is missing`] : [];
    const sent = typeof value === 'string' ? value : value.join(', ');
    const wrong = misfit(schema, schema['type'] === 'integer' ? Number(sent) : sent);
    return wrong === null ? [] : [`${name} (${sent}) ${wrong}`];
  });
}

function bodyDepartures(
  { method }: DescribedOperation,
  { content = {} }: DescribedAnswer,
  { headers, body }: Received,
): string[] {
  if (Object.keys(content).length === 0 || method === 'HEAD')
    return body === '' ? [] : ['a body is not described'];
  const [type = ''] = String(headers['content-type']).split(';');
  const described = content[type];
  if (described === undefined) return [`the type ${type} is not described`];
  if (!type.endsWith('json')) return body === '' ? ['the body is empty'] : [];
  const value = JSON.parse(body) as unknown;
  const wrong = misfit(described.schema, value);
  return [
    ...(wrong === null ? [] : [wrong]),
    ...(type === 'application/problem+json' ? typeDepartures(value) : []),
  ];
}

/** RFC 9457: the type says what is meant; ours leads to the code's section. */
function typeDepartures(problem: unknown): string[] {
  const { type, code } = problem as { readonly type: string; readonly code: string };
  return type.endsWith(`/docs/errors#${code}`) ? [] : [`the type ${type} does not lead to ${code}`];
}
