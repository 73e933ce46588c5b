import { markup, type Markup } from '../pages/index.js';
import type { OpenApiDocument } from '../openapi/document.js';
import { operationSection } from './operation-section.js';
import { schemaSections } from './schema-section.js';
import { paragraphs, prose } from './prose.js';
import { readOperations, type ShownOperation } from './shown-operation.js';
import { reference } from './reference-layout.js';

interface Tag {
  readonly name: string;
  readonly description: string;
}

/** `/docs`: the document for people. */
export function operationsPage(document: OpenApiDocument): string {
  const operations = readOperations(document);
  const tags = document['tags'] as readonly Tag[];
  const { description } = document['info'] as { description: string };
  const inTag = ({ name }: Tag): ShownOperation[] => operations.filter(({ tag }) => tag === name);
  return reference({
    title: 'The API',
    contents: [
      ...tags.flatMap((tag) => contentsOf(tag, inTag(tag))),
      markup`<li class="tag"><a href="#schemas">Schemas</a></li>`,
    ],
    body: markup`
${paragraphs(description)}
<p><a href="/openapi.json">openapi.json</a> · <a href="/docs/errors">Error codes</a></p>
${tags.map((tag) => group(tag, inTag(tag)))}
<h2 class="group" id="schemas">Schemas</h2>
${schemaSections(document)}`,
  });
}

function contentsOf({ name }: Tag, operations: readonly ShownOperation[]): Markup[] {
  return [
    markup`<li class="tag">${name}</li>`,
    ...operations.map(({ id, method, path }) => markup`<li><a href="#${id}">${method} ${path}</a></li>`),
  ];
}

function group({ name, description }: Tag, operations: readonly ShownOperation[]): Markup {
  return markup`
<h2 class="group">${name}</h2>
<p>${prose(description)}</p>
${operations.map(operationSection)}`;
}
