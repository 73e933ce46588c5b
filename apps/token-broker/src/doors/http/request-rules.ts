import type { FastifyRequest } from 'fastify';
import { hasRepeatedFields } from './repeated-headers.js';
import { Failure } from '#kernel';
import { isPublicRoute } from './listeners.js';
import { isInherited } from './sent-members.js';

/** HTTP/1.1 wants a Host (RFC 9112 section 3.2). @returns what is wrong with the request as such, else null */
export function refusalOf(request: FastifyRequest): Failure | null {
  if (request.raw.httpVersion === '1.1' && request.raw.headers.host === undefined) {
    return new Failure('invalid_request', 'The request has no Host.');
  }
  if (hasRepeatedFields(request.raw)) {
    return new Failure('invalid_request', 'The request has more than one Host or Authorization.');
  }
  if (!isPublicRoute(request.routeOptions.url ?? '') && !hasSingleValues(request.query)) {
    return new Failure('invalid_request', 'A parameter is given more than once, or is none.');
  }
  return null;
}

/**
 * A parameter given twice is read by different programs in different ways, and what every object has, such as `__proto__`
 * and `constructor`, is none: both are refused. To an address for people others add parameters; its door judges its own.
 */
function hasSingleValues(query: unknown): boolean {
  const parameters = Object.entries((query ?? {}) as Record<string, unknown>);
  return parameters.every(([name, value]) => typeof value === 'string' && !isInherited(name));
}
