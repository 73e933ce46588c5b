/** The kinds of parts that a document names once and refers to. */
export type ComponentKind = 'schemas' | 'responses' | 'parameters' | 'headers';

export type Components = Readonly<Record<ComponentKind, Readonly<Record<string, unknown>>>>;

const places = new WeakMap<object, { readonly kind: ComponentKind; readonly name: string }>();

/** Gives a part its name: wherever it stands, the document refers to the one it keeps under `components`. */
export function component<Part extends object>(kind: ComponentKind, name: string, part: Part): Part {
  places.set(part, { kind, name });
  return part;
}

/**
 * The same tree with a reference in place of each named part, and the named parts.
 * @throws Error where two different parts have one name
 */
export function withReferences(tree: unknown): { readonly tree: unknown; readonly components: Components } {
  const components = { schemas: {}, responses: {}, parameters: {}, headers: {} };
  return { tree: referring(tree, components), components };
}

function referring(node: unknown, components: Record<ComponentKind, Record<string, unknown>>): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const place = places.get(node);
  if (place === undefined) return copied(node, components);
  const { kind, name } = place;
  const part = copied(node, components);
  const known = components[kind][name];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(part))
    throw new Error(`Two different ${kind} are called ${name}.`);
  components[kind][name] = part;
  return { $ref: `#/components/${kind}/${name}` };
}

function copied(node: object, components: Record<ComponentKind, Record<string, unknown>>): unknown {
  if (Array.isArray(node)) return node.map((each) => referring(each, components));
  const members = Object.entries(node).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, referring(value, components)]));
}
