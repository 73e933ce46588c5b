import fc, { type Arbitrary } from 'fast-check';
import type { DescribedOperation, Schema } from './described-api.js';
import { hostileBodies, hostileSegments, hostileTexts } from './hostile-values.js';
import { misfit } from './schema-judge.js';
import { fitting, nearMiss } from './schema-values.js';
import type { Sent } from './wire.js';

/** A request, and whether the document allows it. */
export interface GeneratedRequest {
  readonly sent: Sent;
  readonly fits: boolean;
}

interface Part<Value> {
  readonly value: Value;
  readonly fits: boolean;
}

/** Values that lead deep into the broker, by the name of their parameter. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

/** Requests as the document describes them, near misses, and hostile ones. */
export function requestsOf(
  operation: DescribedOperation,
  known: KnownValues,
  headers: Readonly<Record<string, string>>,
): Arbitrary<GeneratedRequest> {
  return fc
    .tuple(pathOf(operation, known), queryOf(operation, known), headersOf(operation), bodyOf(operation))
    .map(([path, query, own, body]) => ({
      sent: {
        method: operation.method,
        path: path.value + query.value,
        headers: { ...headers, ...own, ...body.value.headers },
        ...(body.value.text !== undefined && { body: body.value.text }),
      },
      fits: path.fits && query.fits && body.fits,
    }));
}

function pathOf({ path, parameters }: DescribedOperation, known: KnownValues): Arbitrary<Part<string>> {
  const inPath = parameters.filter((each) => each.in === 'path');
  const segments = Object.fromEntries(
    inPath.map(({ name, schema }) => {
      const good = fitting(schema).map((text) => ({ value: encoded(String(text)), fits: true }));
      const hostile = fc
        .constantFrom(...hostileSegments)
        .map((value) => ({ value, fits: misfit(schema, decoded(value)) === null }));
      const ours = (known[name] ?? []).map((value) => ({ value: encoded(value), fits: true }));
      return [name, weighted(ours.length > 0 ? fc.constantFrom(...ours) : good, good, hostile)];
    }),
  );
  return fc.record(segments).map((chosen) => ({
    value: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => chosen[name]?.value ?? ''),
    fits: Object.values(chosen).every(({ fits }) => fits),
  }));
}

function queryOf({ parameters }: DescribedOperation, known: KnownValues): Arbitrary<Part<string>> {
  const inQuery = parameters.filter((each) => each.in === 'query');
  const pairs = inQuery.map(({ name, schema }) => {
    const good = fc.oneof(fitting(schema), ...(known[name] ?? []).map((value) => fc.constant(value)));
    const told = fc.oneof(
      { weight: 3, arbitrary: good },
      { weight: 1, arbitrary: fc.constantFrom(...hostileTexts) },
    );
    return fc.option(
      told.map((value) => ({
        value: `${name}=${encoded(String(value))}`,
        fits: fitsAsText(schema, String(value)),
      })),
      { freq: 2 },
    );
  });
  return fc.tuple(...pairs).map((chosen) => {
    const given = chosen.filter((each) => each !== null);
    const query = given.map(({ value }) => value).join('&');
    return { value: query === '' ? '' : `?${query}`, fits: given.every(({ fits }) => fits) };
  });
}

function fitsAsText(schema: Schema, text: string): boolean {
  const value = schema['type'] === 'integer' && /^\d{1,9}$/.test(text) ? Number(text) : wellFormed(text);
  return misfit(schema, value) === null;
}

function headersOf({ parameters }: DescribedOperation): Arbitrary<Record<string, string>> {
  const inHeader = parameters.filter((each) => each.in === 'header');
  const values = fc.constantFrom('', '*', 'W/"a2b4c6d8e0f01234"', '"'.repeat(99), 'x'.repeat(2_000), '\xe9');
  const fields = inHeader.map(({ name }) => fc.option(values.map((value) => [name, value] as const)));
  return fc.tuple(...fields).map((chosen) => Object.fromEntries(chosen.filter((each) => each !== null)));
}

const bodyTypes = [
  'application/json',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'text/xml',
  'x',
];

interface Body {
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
}

function bodyOf({ requestBody, method }: DescribedOperation): Arbitrary<Part<Body>> {
  if (requestBody === undefined) {
    const none = fc.constant({ value: { headers: {} }, fits: true });
    // What an operation does not read, it does not judge either.
    return method === 'GET' || method === 'HEAD'
      ? none
      : fc.oneof(
          none,
          hostileBody(() => true, ''),
        );
  }
  const { content, required = false } = requestBody;
  const schema = content['application/json']?.schema ?? {};
  // No body and null are the same: nothing is asked for.
  const fits = (text: string): boolean =>
    text === '' || text === 'null' ? !required : misfit(schema, readJson(text)) === null;
  const judged = (value: unknown): Part<Body> => {
    const text = JSON.stringify(value);
    return { value: jsonBody(text), fits: fits(text) };
  };
  const hostile = hostileBody(fits, 'application/json');
  return weighted(fitting(schema).map(judged), nearMiss(schema).map(judged), hostile);
}

function hostileBody(fits: (text: string) => boolean, typesThatFit: string): Arbitrary<Part<Body>> {
  return fc.tuple(fc.constantFrom(...hostileBodies), fc.constantFrom(...bodyTypes)).map(([text, type]) => ({
    value: { headers: { 'content-type': type }, text },
    fits: type.startsWith(typesThatFit) && fits(text),
  }));
}

/** A byte order mark may be ignored (RFC 8259 section 8.1). @returns undefined where it is no JSON */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

function jsonBody(text: string): Body {
  return { headers: { 'content-type': 'application/json' }, text };
}

function weighted<Value>(
  ...[often, sometimes, seldom]: [Arbitrary<Value>, Arbitrary<Value>, Arbitrary<Value>]
): Arbitrary<Value> {
  return fc.oneof(
    { weight: 6, arbitrary: often },
    { weight: 2, arbitrary: sometimes },
    { weight: 2, arbitrary: seldom },
  );
}

/** Half a surrogate pair can't be sent in an address: it is what UTF-8 makes of it. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** What a segment says; null: nothing. */
function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

function encoded(text: string): string {
  return encodeURIComponent(wellFormed(text));
}
