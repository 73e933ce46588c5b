import type { OpenApiDocument } from '../openapi/document.js';

export interface ShownParameter {
  readonly name: string;
  readonly in: string;
  readonly description: string;
  readonly required?: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
}

interface ShownContent {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface ShownAnswer {
  readonly status: string;
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, ShownContent>>;
}

/** An operation with its references followed, but for schemas, which have a section of their own. */
export interface ShownOperation {
  readonly id: string;
  readonly tag: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Who may call it; `…` is code. */
  readonly access: string;
  readonly parameters: readonly ShownParameter[];
  readonly body: Readonly<Record<string, ShownContent>>;
  readonly answers: readonly ShownAnswer[];
}

interface WrittenOperation {
  readonly operationId: string;
  readonly tags: readonly [string];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly { readonly serviceKey?: readonly string[] }[];
  readonly parameters: readonly unknown[];
  readonly requestBody?: { readonly content: Readonly<Record<string, ShownContent>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

/** Those that are called, and then those that the broker calls itself. */
export function readOperations(document: OpenApiDocument): readonly ShownOperation[] {
  const { paths, webhooks } = document;
  return [
    ...read(paths, document, accessOf),
    ...read(webhooks, document, () => 'The broker sends it to the address of each webhook that wants it.'),
  ];
}

function read(
  items: OpenApiDocument['paths'],
  document: OpenApiDocument,
  access: (operation: WrittenOperation) => string,
): ShownOperation[] {
  return Object.entries(items).flatMap(([path, item]) =>
    Object.entries(item).map(([method, written]) => {
      const operation = written as WrittenOperation;
      return { ...shown(method.toUpperCase(), path, operation, document), access: access(operation) };
    }),
  );
}

function accessOf({ security }: WrittenOperation): string {
  const scope = security[0]?.serviceKey?.[0];
  return scope === undefined ? 'Open: no key is needed.' : `Scope: \`${scope}\``;
}

function shown(
  method: string,
  path: string,
  operation: WrittenOperation,
  document: OpenApiDocument,
): Omit<ShownOperation, 'access'> {
  const { operationId, tags, summary, description, parameters, requestBody, responses } = operation;
  return {
    id: operationId,
    tag: tags[0],
    method,
    path,
    summary,
    ...(description !== undefined && { description }),
    parameters: parameters.map((each) => followed(document, each) as ShownParameter),
    body: requestBody?.content ?? {},
    answers: Object.entries(responses).map(([status, answer]) => ({
      ...(followed(document, answer) as Omit<ShownAnswer, 'status'>),
      status,
    })),
  };
}

/** What a reference leads to; anything else is itself. */
function followed(document: OpenApiDocument, node: unknown): unknown {
  if (typeof node !== 'object' || node === null || !('$ref' in node)) return node;
  const steps = String(node.$ref).split('/').slice(1);
  return steps.reduce<unknown>((at, step) => (at as Readonly<Record<string, unknown>>)[step], document);
}
