import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { withRequestId } from './request-context.js';
import { requestLine } from './request-line.js';

/** One line per request, and its id on every line that is logged while it is worked on. */
@Injectable()
export class RequestLog implements OnModuleInit {
  readonly #logger = new Logger('Request');
  #attached = false;

  /** As early as it can be, so that the hooks of others run with the id; an application under test gets its server later. */
  constructor(private readonly host: HttpAdapterHost) {
    this.#attach();
  }

  onModuleInit(): void {
    this.#attach();
  }

  #attach(): void {
    const fastify = this.#fastify();
    if (fastify === null || this.#attached) return;
    this.#attached = true;
    fastify.addHook('onRequest', (request, reply, done) => {
      // Fastify tells of answers that were sent, not of callers that left before.
      reply.raw.once('close', () => {
        if (!reply.raw.writableEnded) this.#write(request, null, reply.elapsedTime);
      });
      withRequestId(request.id, done);
    });
    // A body is read in the context of its connection: what comes after it has to be told again.
    fastify.addHook('preValidation', (request, _reply, done) => {
      if (request.body === undefined) done();
      else withRequestId(request.id, done);
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      this.#write(request, reply.statusCode, reply.elapsedTime);
      done();
    });
  }

  #write(request: FastifyRequest, status: number | null, durationMilliseconds: number): void {
    const { method, id: requestId } = request;
    const { level, line } = requestLine({
      method,
      route: request.routeOptions.url,
      status,
      durationMilliseconds,
    });
    this.#logger[level]({ ...line, requestId });
  }

  #fastify(): FastifyInstance | null {
    // Without a server, as in a test of one module, Nest has a stand-in here, or nothing.
    const adapter = this.host.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    return adapter?.getType() === 'fastify' ? adapter.getInstance<FastifyInstance>() : null;
  }
}
