import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { refuseBodiesOfStrangers } from './authentication.js';
import { addHooks } from './hooks.js';
import { readJsonBodies } from './json-bodies.js';
import { Listeners } from './listeners.js';
import type { HttpOptions } from './options.js';
import { ProblemFilter } from './problem.filter.js';
import { PublicListener } from './public-listener.js';
import { serviceEndOf } from './service-end.js';
import { guardServer, limitServer, portOf, stopAccepting, watchArrivalsToTheEnd } from './server-guards.js';
import { requestValidation } from './validation.js';

export interface ListenAddresses {
  readonly host: string;
  readonly port: number;
  /** A second listener for people and Deskera alone; null: one serves all. */
  readonly publicPort: number | null;
}

/** The ports in the end: a 0 becomes one that was free. */
export type OpenPorts = Omit<ListenAddresses, 'host'>;

/** The application's face to the network. */
export class HttpPlatform {
  readonly #publicListener: PublicListener | null;

  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly addresses: ListenAddresses,
    private readonly options: HttpOptions,
    listeners: Listeners,
  ) {
    this.#publicListener = listeners.separate ? new PublicListener(app, listeners, options) : null;
  }

  /** Gives the application the broker's ways with HTTP; to be called before it is initialised. */
  static async setUp(
    app: NestFastifyApplication,
    options: HttpOptions,
    addresses: ListenAddresses,
  ): Promise<HttpPlatform> {
    const listeners = new Listeners(addresses.publicPort !== null);
    await addHooks(app.getHttpAdapter().getInstance(), options, listeners);
    refuseBodiesOfStrangers(app.getHttpAdapter().getInstance(), app);
    readJsonBodies(app);
    app.useGlobalPipes(requestValidation());
    app.useGlobalFilters(new ProblemFilter(options));
    guardServer(app.getHttpServer(), options);
    watchArrivalsToTheEnd(app.getHttpServer());
    return new HttpPlatform(app, addresses, options, listeners);
  }

  /** Starts the application and listens; `app.close()` ends both listeners. */
  async listen(): Promise<OpenPorts> {
    const { host, port, publicPort } = this.addresses;
    await this.app.init();
    limitServer(this.#server(), 'inner', this.options);
    await this.app.listen(port, host);
    const openPublicPort = (await this.#publicListener?.open(publicPort ?? 0, host)) ?? null;
    return { port: portOf(this.#server()), publicPort: openPublicPort };
  }

  /** From now on every answer says `Connection: close`; everything is still served. */
  beginEnd(): void {
    serviceEndOf(this.app.getHttpAdapter().getInstance()).begin();
  }

  /** Takes no new connections; what is under way on the open ones is answered. */
  stopListening(): void {
    stopAccepting(this.#server());
    this.#publicListener?.stopListening();
  }

  /** Ends what is still being answered, when a drain has lasted long enough. */
  cutOff(): void {
    this.#server().closeAllConnections();
    this.#publicListener?.cutOff();
  }

  #server(): Server {
    return this.app.getHttpServer();
  }
}
