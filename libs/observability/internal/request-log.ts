import { isIP } from 'node:net';
import { Inject, Injectable, Logger, Optional, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Clock, SystemClock } from '#kernel';
import { senderOf } from '../request-sender.js';
import { publicSample, RefusalSample, refusedSample } from './refusal-sample.js';
import { withRequestId } from './request-context.js';
import { requestLine } from './request-line.js';

/**
 * One line per request, but of requests without a good key a sample; and its id on every line that is logged while it is
 * worked on.
 */
@Injectable()
export class RequestLog implements OnModuleInit {
  readonly #logger = new Logger('Request');
  readonly #refused: RefusalSample;
  readonly #public: RefusalSample;
  #attached = false;

  /** As early as it can be, so that the hooks of others run with the id; an application under test gets its server later. */
  constructor(
    private readonly host: HttpAdapterHost,
    @Optional() @Inject(Clock) clock: Clock | undefined,
  ) {
    const known = clock ?? new SystemClock();
    this.#refused = new RefusalSample(known, refusedSample);
    this.#public = new RefusalSample(known, publicSample);
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
    const { keyId, isAdmitted } = senderOf(request);
    const clientAddress = addressOf(request);
    const sample = status === null || status >= 400 ? this.#refused : this.#public;
    if (!isAdmitted && !this.#isIn(sample, clientAddress)) return;
    const { level, line } = requestLine({
      method,
      clientAddress,
      keyId,
      route: request.routeOptions.url,
      status,
      durationMilliseconds,
    });
    this.#logger[level]({ ...line, requestId });
  }

  #isIn(sample: RefusalSample, clientAddress: string): boolean {
    const { isWritten, leftOut } = sample.next(clientAddress);
    if (leftOut > 0)
      this.#logger.warn({ msg: 'Requests without a good key had no line of their own', count: leftOut });
    return isWritten;
  }

  #fastify(): FastifyInstance | null {
    // Without a server, as in a test of one module, Nest has a stand-in here, or nothing.
    const adapter = this.host.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    return adapter?.getType() === 'fastify' ? adapter.getInstance<FastifyInstance>() : null;
  }
}

/** A proxy may name a client by what is no address, and with its port. */
function addressOf({ ip }: FastifyRequest): string {
  const address = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/.exec(ip);
  const plain = address?.[1] ?? address?.[2] ?? ip;
  return isIP(plain) === 0 ? 'no address' : plain;
}
