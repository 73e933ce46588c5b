import { unseenCharacters } from '#kernel';
import { component } from './component.js';

/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>;

type OptionalKeys<Shape> = {
  [Key in keyof Shape]-?: Partial<Pick<Shape, Key>> extends Pick<Shape, Key> ? Key : never;
}[keyof Shape];

/** A schema for each member of a type: one that a type gains later does not compile until it is described. */
export type SchemasOf<Shape> = { readonly [Key in keyof Shape]-?: Schema };

/** An object with exactly these members, all of them there but the optional ones. */
export function objectOf<Shape>(
  properties: SchemasOf<Shape>,
  ...optional: readonly OptionalKeys<Shape>[]
): Schema {
  const required = Object.keys(properties).filter((name) => !(optional as readonly string[]).includes(name));
  return {
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

export function named(name: string, schema: Schema): Schema {
  return component('schemas', name, schema);
}

export function listOf(items: Schema, limits: Schema = {}): Schema {
  return { type: 'array', items, ...limits };
}

export function oneOf(values: readonly string[], description?: string): Schema {
  return { type: 'string', enum: values, ...(description !== undefined && { description }) };
}

/** One of a union's words, each with its meaning: one that the union gains later does not compile until it has one. */
export function wordOf<Word extends string>(description: string, meanings: Record<Word, string>): Schema {
  const told = Object.entries<string>(meanings).map(([word, meaning]) => `\`${word}\`: ${meaning}`);
  return oneOf(Object.keys(meanings), `${description} ${told.join('; ')}.`);
}

export function text(description: string, more: Schema = {}): Schema {
  return { type: 'string', description, ...more };
}

/** As `IsPlainText` takes it. */
export function plainText(longest: number, description: string, more: Schema = {}): Schema {
  return text(description, {
    minLength: 1,
    maxLength: longest,
    pattern: `^[^${unseenCharacters}]*$`,
    ...more,
  });
}

export function time(description: string): Schema {
  return text(description, { format: 'date-time' });
}

export function wholeNumber(description: string, more: Schema = {}): Schema {
  return { type: 'integer', description, minimum: 0, ...more };
}

export function orNull({ type, enum: values, ...schema }: Schema): Schema {
  return {
    type: [type, 'null'],
    ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }),
    ...schema,
  };
}
