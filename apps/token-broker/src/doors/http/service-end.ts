import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Whether an application's service ends: every answer says `Connection: close` from then on. */
export class ServiceEnd {
  #hasBegun = false;

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  begin(): void {
    this.#hasBegun = true;
  }
}

const ends = new WeakMap<Server, ServiceEnd>();

/** The one of this application; it begins at the latest when the application closes. */
export function serviceEndOf(fastify: Pick<FastifyInstance, 'server' | 'addHook'>): ServiceEnd {
  const known = ends.get(fastify.server);
  if (known !== undefined) return known;
  const end = new ServiceEnd();
  ends.set(fastify.server, end);
  fastify.addHook('preClose', (done) => {
    end.begin();
    done();
  });
  return end;
}
