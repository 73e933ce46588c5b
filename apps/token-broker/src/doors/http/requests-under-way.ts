import type { FastifyInstance, FastifyReply } from 'fastify';
import { Failure } from '#kernel';
import { isPublicRoute } from './listeners.js';

/** How many requests are answered at the same time, and how many of them by the doors for browsers and Deskera. */
const mostUnderWay = 3_000;
const mostOfPublic = 1_000;
const retryAfterSeconds = 1;

/** Asked by an orchestrator, which would end a replica that is only busy. */
const always = /^\/(?:health|metrics)(?:\/|$)/;

/** A bounded count of requests that are being answered. */
class Places {
  #taken = 0;

  constructor(private readonly most: number) {}

  get isFull(): boolean {
    return this.#taken >= this.most;
  }

  take(reply: FastifyReply): void {
    this.#taken += 1;
    reply.raw.once('close', () => {
      this.#taken -= 1;
    });
  }
}

/**
 * Refuses requests early where too many are under way, so that those within the bound are answered in time. What the short
 * cut answers is not counted: a connection has one at a time.
 */
export function limitUnderWay(fastify: FastifyInstance): void {
  const all = new Places(mostUnderWay);
  const ofPublic = new Places(mostOfPublic);
  fastify.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url ?? '';
    const places = isPublicRoute(route) ? [all, ofPublic] : [all];
    if (always.test(route)) done();
    else if (places.some(({ isFull }) => isFull)) done(overloaded());
    else {
      for (const each of places) each.take(reply);
      done();
    }
  });
}

/** What a caller is told where the replica has too much to do. */
export function overloaded(): Failure {
  return new Failure('broker_unavailable', 'Too many requests are under way at the moment.', {
    retryAfterSeconds,
  });
}
