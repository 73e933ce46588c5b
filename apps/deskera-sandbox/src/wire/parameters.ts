import type { FastifyRequest } from 'fastify';

/**
 * The parameters of a token call, from query and form body together, as a servlet reads them: the query comes first.
 * A body of another type is not looked at; Deskera's Java sample sends an empty one and calls it JSON.
 */
export function tokenParameters(request: FastifyRequest): URLSearchParams {
  const parameters = new URLSearchParams(queryText(request.url));
  for (const [name, value] of new URLSearchParams(formText(request))) parameters.append(name, value);
  return parameters;
}

export function queryText(address: string): string {
  const start = address.indexOf('?');
  return start < 0 ? '' : address.slice(start + 1);
}

export function formText(request: FastifyRequest): string {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm && typeof request.body === 'string' ? request.body : '';
}

/** The object of a JSON body; null where there is none. */
export function jsonObject(request: FastifyRequest): Readonly<Record<string, unknown>> | null {
  if (typeof request.body !== 'string') return null;
  try {
    const value: unknown = JSON.parse(request.body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** A scope the docs and samples use: `write`, `read write`, and `read+write` encoded once or twice. */
export function isKnownScope(scope: string): boolean {
  const words = scope.split(/[ +]/);
  return words.includes('write') && words.every((word) => word === 'read' || word === 'write');
}
