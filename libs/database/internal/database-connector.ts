import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Clock, Failure } from '#kernel';
import { DataSource } from 'typeorm';
import { acceptSchema, SchemaRefused } from '../schema-acceptance.js';
import { AcceptedQueue } from './queue/accepted-queue.js';
import { Database, type Queryable } from './database.js';
import { DatabaseOrigin } from './database-origin.js';
import {
  asStoreFailure,
  isReadOnly,
  missingRight,
  sqlStateOf,
  databaseReadOnly,
} from './database-failure.js';
import { DatabaseReadiness, type DatabaseTrouble } from '../database-readiness.js';
import { DatabaseLogins } from './login/database-logins.js';
import { LoginFailure } from './login/login-failure.js';
import { recordedSchema } from './schema/recorded-schema.js';
import { findSchema } from './schema/schema-place.js';
import { advanceSequence, sequencesBehind, type SequenceBehind } from './schema/sequences.js';
import { acceptServer, acceptSettings } from './schema/server-acceptance.js';
import { acceptQueue, queueState, usualQueueSchema } from './queue/queue-place.js';
import { ServerLives } from './server-lives.js';
import { serverLife } from './server-life.js';
import { statement } from './statement.js';

const firstWaitMilliseconds = 200;
const longestWaitMilliseconds = 2_000;
const sequenceTries = 30;
/** The same reason is logged this often at most. */
const silenceMilliseconds = 30_000;
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
  #warned = { reason: '', at: -Infinity };
  #background: Promise<void> = Promise.resolve();
  readonly #waiting: (() => void)[] = [];
  #schemas: readonly string[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly database: Database,
    private readonly origin: DatabaseOrigin,
    private readonly clock: Clock,
    private readonly logins: DatabaseLogins,
    private readonly queue: AcceptedQueue,
    lives: ServerLives,
  ) {
    super();
    lives.onLeft(() => void this.#acceptSequencesAgain());
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

  override trouble(): DatabaseTrouble | null {
    return this.logins.trouble();
  }

  async onModuleInit(): Promise<void> {
    if (await this.#tryOnce()) return;
    // A pooler has just refused what it does not track: the next login leaves that out.
    if (this.logins.pooled.isReduced && (await this.#tryOnce())) return;
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
      await this.#accept();
    } catch (error) {
      const failure = asStoreFailure(error);
      if (!(failure instanceof Failure)) throw failure;
      if (isReadOnly(failure)) this.#leaveReadOnly();
      // A login that fails has a line of its own, which names the setting.
      if (!(failure.cause instanceof LoginFailure)) this.#warn(failure.internal ?? failure.code);
      return false;
    }
    this.#accepted = true;
    for (const callback of this.#waiting.splice(0)) callback();
    return true;
  }

  /** @throws SchemaRefused */
  async #accept(): Promise<void> {
    await this.database.learnWhetherPooled();
    await requireWritable(this.database.probes);
    this.database.setReadOnly(false);
    await acceptServer(this.database);
    const schema = await this.#placeOfSchema();
    await acceptSettings(this.database);
    const recorded = schema === null ? null : await recordedSchema(this.database);
    acceptSchema(recorded);
    const queueSchema = recorded?.queueSchema ?? usualQueueSchema;
    acceptQueue(queueSchema, await queueState(this.database, queueSchema));
    if (schema !== null) await this.#acceptSequences([schema, queueSchema]);
    await this.origin.look();
    this.queue.schema = queueSchema;
    this.#schemas = schema === null ? [] : [schema, queueSchema];
  }

  /** After a logical switch-over the sequences of the new server are behind its tables. A server that has just come may go again. */
  async #acceptSequencesAgain(): Promise<void> {
    for (let tries = 0; tries < sequenceTries && !this.#stopping.signal.aborted; tries += 1) {
      try {
        for (const behind of await sequencesBehind(this.database, this.#schemas))
          await this.#setRight(behind);
        return;
      } catch (error) {
        if (!(error instanceof Failure)) {
          const why = error instanceof Error ? error.message : 'unknown';
          this.#logger.error(`The sequences of this database server cannot be used: ${why}`);
          return;
        }
      }
      await this.clock.sleep(longestWaitMilliseconds, this.#stopping.signal);
    }
  }

  /** @returns null where the database was never migrated */
  async #placeOfSchema(): Promise<string | null> {
    let place = await findSchema(this.database);
    if (place.found === 'hidden') {
      this.logins.pooled.lookIn(place.schema);
      await this.dataSource.destroy();
      await this.dataSource.initialize();
      place = await findSchema(this.database);
    }
    if (place.found === 'visible') return place.schema;
    if (place.found === 'nowhere') return null;
    if (place.found === 'forbidden') throw this.#forbidden();
    throw new SchemaRefused(
      "The tables are in a schema that the role's search_path does not lead to: set it with ALTER ROLE.",
    );
  }

  /** The right may be granted at any time: the broker waits for it as it waits for a server. */
  #forbidden(): Failure {
    this.logins.refusedStatement('42501');
    return new Failure('broker_unavailable', 'The broker cannot reach its storage at the moment.', {
      internal: 'database: the role lacks USAGE of the schema',
      retryAfterSeconds: 1,
    });
  }

  /** A broker that draws a number twice takes a new connect for an old one. */
  async #acceptSequences(schemas: readonly string[]): Promise<void> {
    for (const behind of await this.#sequencesBehind(schemas)) await this.#setRight(behind);
  }

  async #setRight(behind: SequenceBehind): Promise<void> {
    await this.#advance(behind);
    this.#logger.warn(`The sequence ${behind.name} was behind its table, and is set right.`);
  }

  async #advance(behind: SequenceBehind): Promise<void> {
    try {
      await advanceSequence(this.database, behind);
    } catch (error) {
      if (sqlStateOf(error) !== missingRight) throw error;
      throw new SchemaRefused(
        `The sequence ${behind.name} is behind its table, and the role may not set it: \`npm run migrate\` does.`,
      );
    }
  }

  /** Over very large tables it may take longer than a statement may: no reason not to start. */
  async #sequencesBehind(schemas: readonly string[]): ReturnType<typeof sequencesBehind> {
    try {
      return await sequencesBehind(this.database, schemas);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#warn(`the sequences were not compared with their tables, ${error.internal ?? error.code}`);
      return [];
    }
  }

  #warn(reason: string): void {
    const now = this.clock.monotonicMilliseconds();
    if (reason === this.#warned.reason && now - this.#warned.at < silenceMilliseconds) return;
    this.#warned = { reason, at: now };
    this.#logger.warn(`The database cannot be used yet (${reason}); trying again.`);
  }

  /** A new connection may find the primary, where an address leads to several servers. */
  #leaveReadOnly(): void {
    this.database.setReadOnly(true);
    this.database.dropIdleConnections();
  }
}

const readLife = statement('server_life', `SELECT ${serverLife} AS life`);

/** @throws Failure `broker_unavailable` where the server does not write */
async function requireWritable(database: Pick<Queryable, 'rows'>): Promise<void> {
  const [row] = await database.rows<{ life: string | null }>(readLife, []);
  if ((row?.life ?? null) === null) throw databaseReadOnly();
}
