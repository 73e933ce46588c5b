import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Clock, Failure } from '#kernel';
import { DataSource } from 'typeorm';
import { acceptSchema } from '../schema-acceptance.js';
import { Database } from './database.js';
import { DatabaseOrigin } from './database-origin.js';
import { asStoreFailure, isReadOnly } from './database-failure.js';
import { DatabaseReadiness } from '../database-readiness.js';
import { recordedSchema, requireWritable } from './schema-reader.js';

const firstWaitMilliseconds = 200;
const longestWaitMilliseconds = 2_000;
/** A connection that went dead unseen never answers the goodbye. */
const goodbyeMilliseconds = 1_000;

/**
 * Connects at start, and goes on trying in the background where the database is away: a broker that restarts during
 * an outage comes up by itself. A schema that does not fit ends the start.
 */
@Injectable()
export class DatabaseConnector extends DatabaseReadiness implements OnModuleInit, OnApplicationShutdown {
  readonly #logger = new Logger('Store');
  readonly #stopping = new AbortController();
  #accepted = false;
  #background: Promise<void> = Promise.resolve();
  readonly #waiting: (() => void)[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly database: Database,
    private readonly origin: DatabaseOrigin,
    private readonly clock: Clock,
  ) {
    super();
  }

  override isAccepted(): boolean {
    return this.#accepted;
  }

  override isReadOnly(): boolean {
    return this.database.isReadOnly;
  }

  override whenAccepted(callback: () => void): void {
    if (this.#accepted) callback();
    else this.#waiting.push(callback);
  }

  async onModuleInit(): Promise<void> {
    if (await this.#tryOnce()) return;
    this.#background = this.#keepTrying();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#background;
    if (!this.dataSource.isInitialized) return;
    await Promise.race([this.dataSource.destroy(), this.clock.sleep(goodbyeMilliseconds)]);
  }

  async #keepTrying(): Promise<void> {
    let wait = firstWaitMilliseconds;
    while (!this.#stopping.signal.aborted) {
      await this.clock.sleep(wait, this.#stopping.signal);
      wait = Math.min(wait * 2, longestWaitMilliseconds);
      try {
        if (await this.#tryOnce()) return;
      } catch (error) {
        this.refuse(error);
        return;
      }
    }
  }

  /** @throws SchemaRefused */
  async #tryOnce(): Promise<boolean> {
    try {
      if (!this.dataSource.isInitialized) await this.dataSource.initialize();
      await this.database.learnWhetherPooled();
      await requireWritable(this.database.probes);
      this.database.setReadOnly(false);
      acceptSchema(await recordedSchema(this.database.probes));
      await this.origin.look();
    } catch (error) {
      const failure = asStoreFailure(error);
      if (!(failure instanceof Failure)) throw failure;
      if (isReadOnly(failure)) this.#leaveReadOnly();
      this.#logger.warn(
        `The database does not answer yet (${failure.internal ?? failure.code}); trying again.`,
      );
      return false;
    }
    this.#accepted = true;
    for (const callback of this.#waiting.splice(0)) callback();
    return true;
  }

  /** A new connection may find the primary, where an address leads to several servers. */
  #leaveReadOnly(): void {
    this.database.setReadOnly(true);
    this.database.dropIdleConnections();
  }
}
