import { fastify, type FastifyInstance } from 'fastify';
import { addConsentRoutes } from './consent/consent-routes.js';
import { addControlRoutes } from './control/control-routes.js';
import { addApiRoutes } from './wire/api-routes.js';
import { serviceError } from './wire/deskera-errors.js';
import { sendAnswer } from './wire/sending.js';
import type { World } from './world.js';

const largestBody = 64 * 1024;

/** Deskera's auth pages and API, and the control API beside them; not listening yet. */
export function createServer(world: World): FastifyInstance {
  const server = fastify({
    bodyLimit: largestBody,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  readBodiesAsText(server);
  server.setNotFoundHandler((_request, reply) => sendAnswer(reply, serviceError(404, 'Not Found')));
  server.setErrorHandler((failure: { statusCode?: number; message: string }, _request, reply) =>
    sendAnswer(reply, serviceError(failure.statusCode ?? 500, failure.message)),
  );
  addApiRoutes(server, world);
  addConsentRoutes(server, world);
  void server.register((scope, _options, done) => {
    addControlRoutes(scope, world);
    done();
  });
  return server;
}

/** Deskera's routes read their bodies themselves: an empty body that calls itself JSON is no error there. */
function readBodiesAsText(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    done(null, text);
  });
}
