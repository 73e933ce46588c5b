import type { FastifyInstance, FastifyRequest } from 'fastify';
import { standardFailure } from './failure-of.js';

const route = '/oauth/callback';
const readTypes: readonly string[] = ['application/json', 'application/x-www-form-urlencoded'];

/**
 * Whether a request brings Deskera's authorization response. Its parameters are Deskera's to choose: those that are not
 * recognized are ignored in any shape and number (RFC 6749, section 4.1.2). The door judges the ones that it knows.
 */
function isAuthorizationResponse(request: FastifyRequest): boolean {
  return request.routeOptions.url === route;
}

/**
 * Every value of a parameter in a query or body. One without a value counts as omitted (RFC 6749, section 3.1): an empty
 * text, and the `null` of JSON.
 */
export function givenValues(source: unknown, name: string): readonly unknown[] {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, name)) return [];
  const value = (source as Readonly<Record<string, unknown>>)[name];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((each) => each !== undefined && each !== null && each !== '');
}

/** A response whose `state` is in the query is answered also where its body cannot be read. */
export function isBodyIgnored(request: FastifyRequest): boolean {
  return isAuthorizationResponse(request) && givenValues(request.query, 'state').length > 0;
}

/** A response whose values are all in the query needs no body, so whatever the body is, it is not read. */
function isBodyNeedless(request: FastifyRequest): boolean {
  return (
    isBodyIgnored(request) && ['code', 'error'].some((name) => givenValues(request.query, name).length > 0)
  );
}

/** Ignores bodies of other types where they may be ignored, and refuses them everywhere else, as Fastify does. */
export function readOtherBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const isRead = readTypes.includes(request.mediaType ?? '') && !isBodyNeedless(request);
    // Fastify refuses a malformed type, and a body that is too large, before any parser is asked.
    if (isBodyIgnored(request) && !isRead) {
      delete request.raw.headers['content-type'];
    }
    done();
  });
  fastify.addContentTypeParser('*', (request, payload, done) => {
    if (!isBodyIgnored(request)) {
      done(standardFailure('unsupported_media_type'));
      return;
    }
    payload.resume();
    done(null, undefined);
  });
}
