import { Logger } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * Answers a request before the framework sees it, or leaves it alone.
 * @returns whether it has answered; where not, nothing was written, and the request goes the ordinary way. A promise
 * where that is not known at once: it has the request to itself until then.
 */
export type ShortCut = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/**
 * Puts a short cut in front of the application's own listener. What comes in by `PUBLIC_PORT` never takes it, and nothing
 * does once the application closes: the framework's last answers end their connections, as those do that the short cut
 * has still under way then.
 */
export function putInFront(fastify: FastifyInstance, shortCut: ShortCut): void {
  const { server } = fastify;
  const logger = new Logger('ShortCut');
  const ordinary = server.listeners('request');
  const underWay = new Set<ServerResponse>();
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    // Node.js tells the caller so in the answer's head.
    for (const response of underWay) response.shouldKeepAlive = false;
    done();
  });
  const goOn = (request: IncomingMessage, response: ServerResponse): void => {
    for (const handle of ordinary) handle.call(server, request, response);
  };
  const follow = async (
    answering: Promise<boolean>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    underWay.add(response);
    try {
      if (!(await answering)) goOn(request, response);
    } catch (error) {
      logger.error({ msg: 'A defect of a short cut', err: error });
      if (response.headersSent) response.destroy();
      else goOn(request, response);
    } finally {
      underWay.delete(response);
    }
  };
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answered = !closing && shortCut(request, response);
    if (answered === false) goOn(request, response);
    else if (answered !== true) void follow(answered, request, response);
  });
}
