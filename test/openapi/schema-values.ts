import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from './described-api.js';
import { hostileValues } from './hostile-values.js';
import { misfit } from './schema-judge.js';

/** Values that a schema allows. Knows what our schemas use, and says so of what it does not know. */
export function fitting(schema: Schema): Arbitrary<unknown> {
  const examples = schema['examples'];
  const values = valuesOf(schema).filter((value) => misfit(schema, value) === null);
  return Array.isArray(examples) ? fc.oneof(fc.constantFrom(...(examples as unknown[])), values) : values;
}

/** Mostly what a schema allows, with one thing wrong; or anything at all. */
export function nearMiss(schema: Schema): Arbitrary<unknown> {
  const anything = fc.oneof(fc.constantFrom(...hostileValues), fc.jsonValue());
  if (schema['type'] !== 'object') return anything;
  const names = Object.keys(schema['properties'] ?? {});
  const spoilt = fc
    .tuple(fitting(schema), fc.constantFrom(...names, '__proto__x', 'unknown', ''), anything, fc.boolean())
    .map(([value, name, wrong, drop]) => {
      const others = Object.entries(value as object).filter(([member]) => member !== name);
      return Object.fromEntries(drop ? others : [...others, [name, wrong]]);
    });
  return fc.oneof({ weight: 4, arbitrary: spoilt }, { weight: 1, arbitrary: anything });
}

function valuesOf(schema: Schema): Arbitrary<unknown> {
  const choices = schema['oneOf'];
  if (Array.isArray(choices)) return fc.oneof(...(choices as Schema[]).map(fitting));
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if ('const' in schema) return fc.constant(schema['const']);
  return fc.oneof(...[schema['type']].flat().map((type) => ofType(type, schema)));
}

function ofType(type: unknown, schema: Schema): Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.integer({ min: Number(schema['minimum']), max: Number(schema['maximum'] ?? 1e6) });
    case 'array':
      return fc.array(fitting(schema['items'] as Schema), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: 5,
      });
    case 'object':
      return objects(schema);
    default:
      throw new Error(`No values are known of ${JSON.stringify(schema)}.`);
  }
}

function objects({ properties = {}, required = [] }: Schema): Arbitrary<unknown> {
  const members = Object.entries(properties as Record<string, Schema>);
  const values = Object.fromEntries(members.map(([name, each]) => [name, fitting(each)]));
  return fc.record(values, { requiredKeys: required as string[], noNullPrototype: true });
}

/** Half a surrogate pair among them. */
const anyCharacter = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point));

function texts({ format, pattern, minLength, maxLength }: Schema): Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return times();
  if (typeof pattern === 'string' && !/\\p|\(\?/.test(pattern)) return fc.stringMatching(new RegExp(pattern));
  const longest = Number(maxLength ?? 100);
  const lengths = { minLength: Number(minLength ?? 0), maxLength: longest };
  const limits = [1, longest].map((length) =>
    fc.string({ unit: anyCharacter, minLength: length, maxLength: length }),
  );
  return fc.oneof(
    fc.string({ unit: 'grapheme-ascii', ...lengths }),
    fc.string({ unit: anyCharacter, ...lengths }),
    ...limits,
  );
}

function times(): Arbitrary<string> {
  const written = fc.date({ min: new Date(0), max: new Date('9999-12-30'), noInvalidDate: true });
  return fc
    .tuple(written, fc.constantFrom('Z', 'z', '+00:00', '+05:30', '-11:00'))
    .map(([date, zone]) => date.toISOString().replace('Z', zone));
}
