import type { FastifyInstance, FastifyRequest } from 'fastify';
import { standardFailure } from './failure-of.js';

const route = '/oauth/callback';
const readTypes: readonly string[] = ['application/json', 'application/x-www-form-urlencoded'];

/**
 * Whether a request brings Deskera's authorization response. Its parameters are Deskera's to choose: those that are not
 * recognized are ignored in any shape and number (RFC 6749, section 4.1.2). The door judges the ones that it knows.
 */
export function isAuthorizationResponse(request: FastifyRequest): boolean {
  return request.routeOptions.url === route;
}

/** A response whose values are in the query needs no body, so whatever the body is, it does not stand in the way. */
export function isBodyIgnored(request: FastifyRequest): boolean {
  const query = (request.query ?? {}) as Readonly<Record<string, unknown>>;
  return isAuthorizationResponse(request) && Object.hasOwn(query, 'state');
}

/** Ignores bodies of other types where they may be ignored, and refuses them everywhere else, as Fastify does. */
export function readOtherBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    // Fastify refuses a malformed type before any parser is asked.
    if (isBodyIgnored(request) && !readTypes.includes(request.mediaType ?? '')) {
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
