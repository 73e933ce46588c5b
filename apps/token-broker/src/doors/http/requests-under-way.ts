import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '#kernel';
import { isPublicRoute } from './listeners.js';

/** How many requests are answered at the same time, and how many of them by the doors for browsers and Deskera. */
const mostUnderWay = 3_000;
const mostOfPublic = 1_000;
/** An address may be a service's, whose bodies come at once: far more than that are an attack. */
const mostArrivingOfAddress = 1_000;
const mostArriving = 2_500;
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

/** Bodies that are on their way, of all and of each address. A body that comes slowly costs nobody else a place. */
class Arrivals {
  readonly #ofAddress = new Map<string, number>();
  #all = 0;

  /** @returns ends the arrival, once; null where there is no room */
  begin(address: string): (() => void) | null {
    const before = this.#ofAddress.get(address) ?? 0;
    if (this.#all >= mostArriving || before >= mostArrivingOfAddress) return null;
    this.#all += 1;
    this.#ofAddress.set(address, before + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#end(address);
    };
  }

  #end(address: string): void {
    this.#all -= 1;
    const left = (this.#ofAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#ofAddress.delete(address);
    else this.#ofAddress.set(address, left);
  }
}

const endArrival = Symbol('ends the arrival of the body');
interface Arriving {
  [endArrival]?: () => void;
}

/**
 * Refuses requests early where too many are under way, so that those within the bound are answered in time. A request is under way
 * from when it is here as a whole. What the short cut answers is not counted: a connection has one at a time.
 */
export function limitUnderWay(fastify: FastifyInstance): void {
  const all = new Places(mostUnderWay);
  const ofPublic = new Places(mostOfPublic);
  const arrivals = new Arrivals();
  const placesOf = (route: string): readonly Places[] => {
    if (always.test(route)) return [];
    return isPublicRoute(route) ? [all, ofPublic] : [all];
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    // Before a body is read that would not be answered.
    if (placesOf(request.routeOptions.url ?? '').some(({ isFull }) => isFull)) {
      done(overloaded());
      return;
    }
    if (!hasBody(request)) {
      done();
      return;
    }
    const end = arrivals.begin(request.ip);
    if (end === null) {
      done(overloaded());
      return;
    }
    (request as Arriving)[endArrival] = end;
    reply.raw.once('close', end);
    done();
  });
  fastify.addHook('preValidation', (request, reply, done) => {
    (request as Arriving)[endArrival]?.();
    const places = placesOf(request.routeOptions.url ?? '');
    if (places.some(({ isFull }) => isFull)) {
      done(overloaded());
      return;
    }
    for (const each of places) each.take(reply);
    done();
  });
}

/** Whether a body follows the head. */
export function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** What a caller is told where the replica has too much to do. */
export function overloaded(): Failure {
  return new Failure('broker_unavailable', 'Too many requests are under way at the moment.', {
    retryAfterSeconds,
  });
}
