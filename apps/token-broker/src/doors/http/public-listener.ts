import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Listeners } from './listeners.js';
import type { HttpOptions } from './options.js';
import { guardServer, limitServer, portOf, stopAccepting } from './server-guards.js';
import { serverTimes } from './server-times.js';

/**
 * The second door of the same house: its requests go to the same routes, marked as from outside. It stops to listen
 * together with the first, and the rooms behind are closed only when both have answered.
 */
export class PublicListener {
  readonly #server: Server;
  #closed: Promise<unknown> = Promise.resolve();

  constructor(app: NestFastifyApplication, listeners: Listeners, options: HttpOptions) {
    const fastify = app.getHttpAdapter().getInstance();
    const { connectionTimeout, ...times } = serverTimes(options);
    this.#server = createServer({ ...times, connectionsCheckingInterval: 1_000, requireHostHeader: false });
    this.#server.on('request', (request, response) => {
      listeners.markPublic(request);
      fastify.routing(request, response);
    });
    limitServer(this.#server, 'public', options);
    this.#server.setTimeout(connectionTimeout);
    guardServer(this.#server, options);
    fastify.addHook('preClose', (done) => {
      this.stopListening();
      this.#server.closeIdleConnections();
      done();
    });
    fastify.addHook('onClose', async () => {
      await this.#closed;
    });
  }

  /** @returns the port */
  async open(port: number, host: string): Promise<number> {
    this.#server.listen({ port, host });
    await once(this.#server, 'listening');
    return portOf(this.#server);
  }

  cutOff(): void {
    this.#server.closeAllConnections();
  }

  /** Takes no new connections; what is under way on the open ones is answered. */
  stopListening(): void {
    if (!this.#server.listening) return;
    this.#closed = once(this.#server, 'close');
    stopAccepting(this.#server);
  }
}
