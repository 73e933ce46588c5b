import type { Content, Parameter } from './operation.js';
import type { Schema, SchemasOf } from './schemas.js';

export function json(schema: Schema, example: unknown): Content {
  return { 'application/json': { schema, example } };
}

export function jsonBody(
  schema: Schema,
  example: unknown,
): { readonly content: Content; readonly required: boolean } {
  return { content: json(schema, example), required: true };
}

export function page(example: string): Content {
  return { 'text/html': { schema: { type: 'string' }, example } };
}

/** A parameter for each member of a query's class: one that the class gains later does not compile until it is described. */
export function queryOf<Query>(schemas: SchemasOf<Query>): Readonly<Record<string, Parameter>> {
  const entries = Object.entries<Schema>(schemas);
  return Object.fromEntries(
    entries.map(([name, { description, ...schema }]) => [
      name,
      { schema, description: typeof description === 'string' ? description : '' },
    ]),
  );
}
