import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readOtherBodies } from './authorization-responses.js';
import { isOnOwnListener, type Listeners, isPublicRoute } from './listeners.js';
import type { HttpOptions } from './options.js';
import { limitUnderWay } from './requests-under-way.js';
import { serviceEndOf } from './service-end.js';
import { standardFailure } from './failure-of.js';
import { hasRepeatedFields } from './repeated-headers.js';
import { Failure } from '#kernel';
import { isInherited } from './sent-members.js';

/**
 * What holds for every answer, 404s and errors included: its request id, that nobody stores it, and that a browser
 * makes nothing of it. A page says for itself what it needs beyond that.
 */
export async function addHooks(
  fastify: FastifyInstance,
  options: HttpOptions,
  listeners: Listeners,
): Promise<void> {
  // Only JSON and forms are read; a text is 415.
  fastify.removeContentTypeParser('text/plain');
  readOtherBodies(fastify);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
    done();
  });
  endConnectionsWhenClosing(fastify);
  limitUnderWay(fastify);
  await fastify.register(helmet, helmetOptions(options));
  fastify.addHook('onRequest', (request, _reply, done) => {
    const refusal = isOnOwnListener(request, listeners) ? refusalOf(request) : standardFailure('not_found');
    if (refusal === null) done();
    else done(refusal);
  });
}

/** An answer under way when the service began to end would keep its connection open otherwise. */
function endConnectionsWhenClosing(fastify: FastifyInstance): void {
  const end = serviceEndOf(fastify);
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (end.hasBegun) void reply.header('connection', 'close');
    done();
  });
}

function helmetOptions({ publicUrl }: HttpOptions): Parameters<typeof helmet>[1] {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    },
    strictTransportSecurity: publicUrl.startsWith('https:') && {
      maxAge: 31_536_000,
      includeSubDomains: false,
    },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  };
}

/** HTTP/1.1 wants a Host (RFC 9112 section 3.2). @returns what is wrong with the request as such, else null */
function refusalOf(request: FastifyRequest): Failure | null {
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
