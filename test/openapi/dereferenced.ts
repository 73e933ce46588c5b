/** The document with what each reference leads to in its place; ours refer to nothing that refers to itself. */
export function dereferenced(document: unknown): unknown {
  const follow = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(follow);
    if (typeof node !== 'object' || node === null) return node;
    if ('$ref' in node) return follow(at(document, String(node.$ref)));
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, follow(value)]));
  };
  return follow(document);
}

function at(document: unknown, reference: string): unknown {
  const steps = reference.split('/').slice(1);
  return steps.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], document);
}
