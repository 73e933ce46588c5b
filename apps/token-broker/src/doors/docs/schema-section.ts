import type { OpenApiDocument } from '../openapi/document.js';
import { markup, type Markup } from '../pages/index.js';
import { prose } from './prose.js';

type Schema = Readonly<Record<string, unknown>>;

const limits = [
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'default',
] as const;

/** Every named schema with its members. */
export function schemaSections(document: OpenApiDocument): Markup[] {
  const { schemas } = document['components'] as { readonly schemas: Readonly<Record<string, Schema>> };
  return Object.entries(schemas)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, schema]) => schemaSection(name, schema));
}

function schemaSection(name: string, schema: Schema): Markup {
  const members = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  const required = (schema['required'] ?? []) as readonly string[];
  const rows = members.map(
    ([member, each]) => markup`<tr><td><code>${member}</code>${required.includes(member) ? ' *' : ''}</td>
<td>${schemaWords(each)}</td><td>${prose(textOf(each['description']))}</td></tr>`,
  );
  return markup`
<section id="schema-${name}">
<h2><a href="#schema-${name}">${name}</a></h2>
<p>${members.length === 0 ? schemaWords(schema) : ''} ${prose(textOf(schema['description']))}</p>
${rows.length === 0 ? '' : markup`<table><tbody>${rows}</tbody></table>`}
</section>`;
}

/** A schema in a few words, with links to named ones. */
export function schemaWords(schema: Schema): Markup {
  if (typeof schema['$ref'] === 'string') return reference(schema['$ref']);
  const choices = schema['oneOf'] ?? schema['allOf'];
  if (Array.isArray(choices)) {
    return markup`${(choices as Schema[]).map((each, index) => markup`${index === 0 ? '' : ' or '}${schemaWords(each)}`)}`;
  }
  if (schema['type'] === 'array') {
    return markup`list of ${schemaWords((schema['items'] ?? {}) as Schema)}${limitsOf(schema)}`;
  }
  if (Array.isArray(schema['enum'])) {
    const words = (schema['enum'] as unknown[]).map((word) => markup`<code>${String(word)}</code> `);
    return markup`${words}`;
  }
  if (schema['const'] !== undefined) return markup`<code>${textOf(schema['const'])}</code>`;
  return markup`${typesOf(schema).join(' or ')}${limitsOf(schema)}`;
}

function reference(to: string): Markup {
  const name = to.split('/').at(-1) ?? '';
  return markup`<a href="#schema-${name}">${name}</a>`;
}

function limitsOf(schema: Schema): Markup {
  const told = limits
    .filter((limit) => schema[limit] !== undefined)
    .map((limit) => markup`, ${limit} <code>${textOf(schema[limit])}</code>`);
  return markup`${told}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function typesOf({ type = 'anything' }: Schema): readonly string[] {
  return Array.isArray(type) ? (type as string[]) : [textOf(type)];
}
