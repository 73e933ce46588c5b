import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { readOtherBodies } from './authorization-responses.js';
import { isOnOwnListener, type Listeners } from './listeners.js';
import type { HttpOptions } from './options.js';
import { refusalOf } from './request-rules.js';
import { limitUnderWay } from './requests-under-way.js';
import { serviceEndOf } from './service-end.js';
import { standardFailure } from './failure-of.js';

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
