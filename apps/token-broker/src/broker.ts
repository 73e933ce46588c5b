import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { BrokerConfig } from '#config';
import { Clock } from '#kernel';
import { BrokerLogger } from '#observability';
import { DatabaseReadiness } from '#store';
import { AppModule } from './app.module.js';
import { createFastifyAdapter, HttpPlatform, type OpenPorts } from './doors/http/index.js';
import { httpOptions } from './room-options.js';

/** Answers under way get this long at the end; then they are cut off, and the rooms are closed all the same. */
const drainMilliseconds = 25_000;

/** One replica of the token broker in this process. */
export class Broker {
  #stopped: Promise<void> | null = null;

  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly http: HttpPlatform,
  ) {}

  /** Wires it; nothing is opened yet. */
  static async create(config: BrokerConfig): Promise<Broker> {
    const options = httpOptions(config);
    const app = await NestFactory.create<NestFastifyApplication>(
      AppModule.forRoot(config),
      createFastifyAdapter(options),
      { bufferLogs: true, abortOnError: false },
    );
    app.useLogger(app.get(BrokerLogger));
    return new Broker(app, await HttpPlatform.setUp(app, options, config));
  }

  /**
   * Listens. A database that is away is waited for in the background: `whenReady` tells.
   * @throws SchemaRefused, and whatever keeps it from listening
   */
  async start(): Promise<OpenPorts> {
    return this.http.listen();
  }

  /** Calls back once, when the database is reached and its schema accepted. */
  whenReady(callback: () => void): void {
    this.app.get(DatabaseReadiness).whenAccepted(callback);
  }

  /** Calls back where a database that was away at the start turns out not to fit. */
  whenRefused(callback: (error: unknown) => void): void {
    this.app.get(DatabaseReadiness).onRefused(callback);
  }

  /**
   * Listens no more, answers what is under way, lets the rooms finish what they have sent to Deskera, and closes.
   * Asked again, it is the same end.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#drain();
    return this.#stopped;
  }

  async #drain(): Promise<void> {
    const cancel = this.app.get(Clock).after(drainMilliseconds, () => {
      this.http.cutOff();
    });
    await this.app.close();
    cancel();
  }
}
