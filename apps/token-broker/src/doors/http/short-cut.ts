import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * Answers a request before the framework sees it, or leaves it alone.
 * @returns whether it has answered; where not, nothing was written, and the request goes the ordinary way
 */
export type ShortCut = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Puts a short cut in front of the application's own listener. What comes in by `PUBLIC_PORT` never takes it, and nothing
 * does once the application closes: the framework's last answers end their connections.
 */
export function putInFront(fastify: FastifyInstance, shortCut: ShortCut): void {
  const { server } = fastify;
  const ordinary = server.listeners('request');
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!closing && shortCut(request, response)) return;
    for (const handle of ordinary) handle.call(server, request, response);
  });
}
