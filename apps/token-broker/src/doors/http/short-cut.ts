import { Logger } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { serviceEndOf } from './service-end.js';
import { EndOfTurn } from './end-of-turn.js';

/** Writes an answer as a whole. */
export type WriteAnswer = () => void;

/**
 * Makes an answer to a request before the framework sees it, or leaves it alone.
 * @returns what writes the answer; null: the request goes the ordinary way. A promise where that is not known at once: it
 * has the request to itself until then. Nothing is written before.
 */
export type ShortCut = (
  request: IncomingMessage,
  response: ServerResponse,
) => WriteAnswer | null | Promise<WriteAnswer | null>;

/**
 * Puts a short cut in front of the application's own listener. What comes in by `PUBLIC_PORT` never takes it. Once the
 * service ends, its answers end their connections, as the framework's do. Answers that follow each other in one turn of the event loop are written together: one that is
 * written to a reader who sleeps has to wake it, which costs more than all the rest of a hot read.
 */
export function putInFront(fastify: FastifyInstance, shortCut: ShortCut): void {
  const { server } = fastify;
  const logger = new Logger('ShortCut');
  const ordinary = server.listeners('request');
  const endOfTurn = new EndOfTurn();
  const end = serviceEndOf(fastify);
  const goOn = (request: IncomingMessage, response: ServerResponse): void => {
    for (const handle of ordinary) handle.call(server, request, response);
  };
  const write = (answer: WriteAnswer, response: ServerResponse): void => {
    // Node.js tells the caller so in the answer's head.
    if (end.hasBegun) response.shouldKeepAlive = false;
    try {
      answer();
    } catch (error) {
      logger.error({ msg: 'A defect of a short cut', err: error });
      response.destroy();
    }
  };
  const take = (answer: WriteAnswer | null, request: IncomingMessage, response: ServerResponse): void => {
    if (answer === null) goOn(request, response);
    else
      endOfTurn.add(() => {
        write(answer, response);
      });
  };
  const follow = async (
    answering: Promise<WriteAnswer | null>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    let answer: WriteAnswer | null = null;
    try {
      answer = await answering;
    } catch (error) {
      logger.error({ msg: 'A defect of a short cut', err: error });
    }
    take(answer, request, response);
  };
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answered = shortCut(request, response);
    if (answered instanceof Promise) void follow(answered, request, response);
    else take(answered, request, response);
  });
}
