import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { BrokerConfig } from '#config';
import { Clock } from '#kernel';
import { BrokerLogger } from '#observability';
import { DatabaseReadiness } from '#database';
import { AppModule } from './app.module.js';
import { Lifecycle } from './doors/health/index.js';
import { createFastifyAdapter, HttpPlatform, type OpenPorts } from './doors/http/index.js';
import { inQuietTurn } from './quiet-turn.js';
import { httpOptions } from './room-options.js';

/**
 * A stop as a whole: answers that are still under way then are cut off, and the rooms are closed all the same. After a long
 * grace the rooms still get their share.
 */
const drainSeconds = 25;
const leastAfterGraceSeconds = 15;
const lastRequestsMilliseconds = 250;

/** One replica of the token broker in this process. */
export class Broker {
  #starting: Promise<OpenPorts> | null = null;
  #isListening = false;
  #stopped: Promise<void> | null = null;

  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly http: HttpPlatform,
    private readonly config: BrokerConfig,
  ) {}

  /** The longest that `stop` takes in order. */
  get longestStopMilliseconds(): number {
    return Math.max(drainSeconds, this.config.shutdownGraceSeconds + leastAfterGraceSeconds) * 1_000;
  }

  /** Wires it; nothing is opened yet. */
  static async create(config: BrokerConfig): Promise<Broker> {
    const options = httpOptions(config);
    const app = await NestFactory.create<NestFastifyApplication>(
      AppModule.forRoot(config),
      createFastifyAdapter(options),
      { bufferLogs: true, abortOnError: false },
    );
    app.useLogger(app.get(BrokerLogger));
    return new Broker(app, await HttpPlatform.setUp(app, options, config), config);
  }

  /**
   * Listens. A database that is away is waited for in the background: `whenReady` tells.
   * @throws SchemaRefused, and whatever keeps it from listening
   */
  async start(): Promise<OpenPorts> {
    this.#starting = this.http.listen();
    const ports = await this.#starting;
    this.#isListening = true;
    return ports;
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
   * Is not ready any more and ends each connection with its next answer, for the grace of the configuration; then listens
   * no more, answers what is under way, lets the rooms finish what they have sent to Deskera, and closes.
   * Asked again, it is the same end.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#drain();
    return this.#stopped;
  }

  /** Those that send requests here learn that they should not, and lose none. A start that is under way comes to its end first. */
  async #leaveInPeace(clock: Clock): Promise<void> {
    this.app.get(Lifecycle, { strict: false }).beginStopping();
    this.http.beginEnd();
    if (this.#isListening) await clock.sleep(this.config.shutdownGraceSeconds * 1_000);
    else await this.#starting?.catch(() => undefined);
    if (!this.#isListening) return;
    await inQuietTurn(clock, () => {
      this.http.stopListening();
    });
    // Closing ends connections without a request: those that were accepted last have theirs on the way.
    if (this.config.shutdownGraceSeconds > 0) await clock.sleep(lastRequestsMilliseconds);
  }

  async #drain(): Promise<void> {
    const clock = this.app.get(Clock);
    const cancel = clock.after(this.longestStopMilliseconds, () => {
      this.http.cutOff();
    });
    await this.#leaveInPeace(clock);
    await this.app.close();
    cancel();
  }
}
