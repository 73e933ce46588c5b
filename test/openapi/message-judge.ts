import type { DescribedMessage } from './described-api.js';
import { misfit } from './schema-judge.js';

interface Told {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a webhook departs from what the document says of it; empty: not at all. */
export function messageDepartures(
  { parameters, requestBody }: DescribedMessage,
  { headers, body }: Told,
): string[] {
  const inHeaders = parameters.map(({ name, schema }) => {
    const value = headers[name] ?? '';
    const wrong = misfit(schema, schema['type'] === 'integer' ? Number(value) : value);
    return wrong === null ? null : `${name} (${value}) ${wrong}`;
  });
  const schema = requestBody?.content['application/json']?.schema ?? { not: {} };
  return [...inHeaders, misfit(schema, JSON.parse(body))].filter((each) => each !== null);
}
