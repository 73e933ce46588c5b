import { readFile } from 'node:fs/promises';
import { dereferenced } from './dereferenced.js';

export type Schema = Readonly<Record<string, unknown>>;

export interface DescribedContent {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface DescribedAnswer {
  readonly headers: Readonly<Record<string, { readonly schema: Schema; readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, DescribedContent>>;
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, DescribedContent>>;
  };
  readonly responses: Readonly<Record<string, DescribedAnswer>>;
}

/** What the broker sends by itself. */
export type DescribedMessage = Pick<DescribedOperation, 'parameters' | 'requestBody' | 'operationId'>;

type PathItems<Operation> = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

interface Described {
  readonly paths: PathItems<Omit<DescribedOperation, 'method' | 'path'>>;
  readonly webhooks: PathItems<DescribedMessage>;
}

const committed = new URL('../../docs/openapi.json', import.meta.url);

/** The operations of the committed document, with every reference followed. */
export async function describedOperations(): Promise<readonly DescribedOperation[]> {
  const { paths } = await describedApi();
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
  );
}

/** The webhooks of the committed document, by what they tell. */
export async function describedMessages(): Promise<ReadonlyMap<string, DescribedMessage>> {
  const { webhooks } = await describedApi();
  return new Map(
    Object.entries(webhooks).flatMap(([type, { post }]) => (post === undefined ? [] : [[type, post]])),
  );
}

async function describedApi(): Promise<Described> {
  return dereferenced(JSON.parse(await readFile(committed, 'utf8'))) as Described;
}

/** Which of them a call is, if any. */
export function operationOf(
  operations: readonly DescribedOperation[],
  method: string,
  pathAndQuery: string,
): DescribedOperation | undefined {
  const [path = ''] = pathAndQuery.split('?');
  return operations.find((each) => each.method === method && patternOf(each.path).test(path));
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
