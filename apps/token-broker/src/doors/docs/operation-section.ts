import { markup, type Markup } from '../pages/index.js';
import { prose } from './prose.js';
import { schemaWords } from './schema-section.js';
import type { ShownAnswer, ShownOperation, ShownParameter } from './shown-operation.js';

export function operationSection(operation: ShownOperation): Markup {
  const { id, method, path, summary, description, access, parameters, answers } = operation;
  return markup`
<section id="${id}">
<h2><a href="#${id}"><span class="badge ${method.toLowerCase()}">${method}</span> <code>${path}</code></a></h2>
<p><strong>${prose(summary)}.</strong> ${prose(description ?? '')}</p>
<p>${prose(access)}</p>
${table('Parameters', ['Name', 'In', 'What', 'Meaning'], parameters.map(parameterCells))}
${bodyOf(operation)}
${table('Answers', ['Status', 'Meaning', 'Body', 'Headers'], answers.map(answerCells))}
${answers.map(examplesOf)}
</section>`;
}

function parameterCells({ name, in: place, required, schema, description }: ShownParameter): Markup[] {
  return [
    markup`<code>${name}</code>${required === true ? ' *' : ''}`,
    markup`${place}`,
    schemaWords(schema),
    prose(description),
  ];
}

function bodyOf({ body }: ShownOperation): Markup {
  return markup`${Object.entries(body).map(
    ([type, { schema, example }]) => markup`
<h3>Body (${type})</h3>
<p>${schemaWords(schema)}</p>
${code(example)}`,
  )}`;
}

function answerCells({ status, description, content = {}, headers = {} }: ShownAnswer): Markup[] {
  const bodies = Object.entries(content).map(([type, { schema }]) =>
    type === 'application/json' ? schemaWords(schema) : markup`${type} `,
  );
  return [
    markup`<span class="badge s${status.charAt(0)}">${status}</span>`,
    linked(description, content['application/problem+json']?.examples),
    markup`${bodies}`,
    markup`${Object.keys(headers).join(', ')}`,
  ];
}

/** Codes lead to what they mean. */
function linked(description: string, codes: Readonly<Record<string, unknown>> = {}): Markup {
  const parts = description.split('`').map((part, index) => {
    if (index % 2 === 0) return markup`${part}`;
    if (!Object.hasOwn(codes, part)) return markup`<code>${part}</code>`;
    return markup`<a href="/docs/errors#${part}"><code>${part}</code></a>`;
  });
  return markup`${parts}`;
}

function examplesOf({ status, content = {} }: ShownAnswer): Markup {
  const shown = Object.entries(content).flatMap(([type, { example, examples }]) => {
    if (type.startsWith('text/')) return [];
    const values = examples === undefined ? [example] : Object.values(examples).map(({ value }) => value);
    return values.map(code);
  });
  return shown.length === 0
    ? markup``
    : markup`<details><summary>Examples of ${status}</summary>${shown}</details>`;
}

function code(example: unknown): Markup {
  return markup`<pre>${JSON.stringify(example, null, 2)}</pre>`;
}

function table(title: string, head: readonly string[], rows: readonly (readonly Markup[])[]): Markup {
  if (rows.length === 0) return markup``;
  return markup`
<h3>${title}</h3>
<table><thead><tr>${head.map((each) => markup`<th>${each}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;
}
