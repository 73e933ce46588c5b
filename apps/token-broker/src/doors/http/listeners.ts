import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** What people and Deskera reach: with `PUBLIC_PORT` these are only there, and nothing else is. */
const publicPaths = [/^\/connect\/[^/]+$/, /^\/oauth\/callback$/, /^\/connected$/, /^\/not-connected$/];

/** Which listener took a request, where there are two. */
export class Listeners {
  readonly #fromPublic = new WeakSet<IncomingMessage>();

  /** @param separate true where `PUBLIC_PORT` is set */
  constructor(readonly separate: boolean) {}

  markPublic(request: IncomingMessage): void {
    this.#fromPublic.add(request);
  }

  isFromPublic(request: IncomingMessage): boolean {
    return this.#fromPublic.has(request);
  }
}

/** Whether the listener that took the request serves its path at all. */
export function isOnOwnListener(request: FastifyRequest, listeners: Listeners): boolean {
  if (!listeners.separate) return true;
  return isPublicRoute(request.routeOptions.url ?? '') === listeners.isFromPublic(request.raw);
}

/** @param route the pattern that the router matched, which no spelling of a path can get around */
export function isPublicRoute(route: string): boolean {
  return publicPaths.some((path) => path.test(route));
}
