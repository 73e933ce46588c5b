import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import { DatabaseOptions } from '../options.js';
import {
  asStoreFailure,
  databaseNotConnected,
  databaseReadOnly,
  isUnanswered,
  refusedState,
} from './database-failure.js';
import { DatabaseLogins } from './login/database-logins.js';
import { KeptConnection, type ConnectionSource } from './kept-connection.js';
import { NotedRefusals } from './noted-refusals.js';
import { hasOwnSession } from './own-session.js';
import type { Statement } from './statement.js';

const beginnings = {
  durable: 'BEGIN',
  forgettable: 'BEGIN; SET LOCAL synchronous_commit = off',
} as const;

/** A pool of fewer connections keeps none apart. */
const leastToKeepOne = 3;

/** Runs statements; the same face inside a transaction and outside of one. */
export interface Queryable {
  /** @param limitMilliseconds of this statement, where it is not the usual one of the pool */
  rows<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
    limitMilliseconds?: number,
  ): Promise<Row[]>;
  /** SQL that is not of our writing: the queue's. Several statements in one text have several results. */
  foreign(text: string, values?: readonly unknown[]): Promise<QueryResult>;
}

/**
 * PostgreSQL as the store's statements see it: TypeORM keeps the pool, the statements go to `pg` by name, because
 * TypeORM's own `query` sends unnamed ones and has them planned anew each time.
 *
 * Everything that means "the database can't be reached or is going away" is thrown as Failure `broker_unavailable`.
 */
@Injectable()
export class Database implements Queryable {
  #prepare: boolean;
  #readOnly = false;
  #listened: Pool | null = null;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(DatabaseOptions) options: DatabaseOptions,
    private readonly logins: DatabaseLogins,
    private readonly refusals: NotedRefusals,
  ) {
    // A transaction pooler hands each transaction to another server session: a prepared name may be missing there.
    this.#prepare = options.databaseUrl.reveal() === options.directUrl.reveal();
  }

  async rows<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
    limitMilliseconds?: number,
  ): Promise<Row[]> {
    this.#requireWritable();
    return this.probes.rows(statement, values, limitMilliseconds);
  }

  /** For the statements that find out whether the server writes: they run on one that does not, too. */
  readonly probes: Pick<Queryable, 'rows'> = {
    rows: async <Row extends QueryResultRow>(
      statement: Statement,
      values: readonly unknown[],
      limitMilliseconds?: number,
    ) => {
      try {
        return (await this.#pool().query<Row>(this.#config(statement, values, limitMilliseconds))).rows;
      } catch (error) {
        throw this.#failure(error);
      }
    },
  };

  /**
   * A server that does not write counts as a database that is away: its data may be older than what was committed, and
   * every statement is refused until the server, or another one at its address, writes.
   */
  setReadOnly(readOnly: boolean): void {
    this.#readOnly = readOnly;
  }

  get isReadOnly(): boolean {
    return this.#readOnly;
  }

  async foreign(text: string, values?: readonly unknown[]): Promise<QueryResult> {
    this.#requireWritable();
    const client = await this.#connect();
    try {
      const result = await client.query(text, values === undefined ? undefined : [...values]);
      client.release();
      return result;
    } catch (error) {
      // The text may have begun a transaction, which would be left open.
      client.release(true);
      throw this.#failure(error);
    }
  }

  /** To be called before the first statement: names are used only where a prepared one stays where it was prepared. */
  async learnWhetherPooled(): Promise<void> {
    if (!this.#prepare) return;
    const client = await this.#connect();
    try {
      this.#prepare = await hasOwnSession(client);
      client.release();
    } catch (error) {
      client.release(true);
      throw this.#failure(error);
    }
    if (this.#prepare) return;
    new Logger('Store').warn(
      'DATABASE_URL leads through a pooler and DATABASE_DIRECT_URL does not lead past it: statements are planned anew each time.',
    );
  }

  /**
   * A connection for one user alone, of the pool's share. Where the pool is very small its statements go through the pool.
   * To be given up before the pool is closed.
   */
  keptConnection(): KeptConnection {
    const source: ConnectionSource = {
      take: async () => {
        const { max } = this.#pool().options;
        return max < leastToKeepOne ? null : this.#connect();
      },
      run: async <Row extends QueryResultRow>(
        client: PoolClient,
        statement: Statement,
        values: readonly unknown[],
        limitMilliseconds: number | undefined,
      ) => (await client.query<Row>(this.#config(statement, values, limitMilliseconds))).rows,
    };
    return new KeptConnection(source, this.probes);
  }

  /** Where one connection hangs, those beside it went dead with it most likely: the idle ones are not used again. */
  dropIdleConnections(): void {
    if (!this.dataSource.isInitialized) return;
    const pool = this.#pool();
    for (let idle = pool.idleCount; idle > 0; idle -= 1) {
      pool.connect().then(
        (client) => {
          client.release(true);
        },
        () => undefined,
      );
    }
  }

  /**
   * Runs the work in one transaction. When COMMIT's own answer is lost, it throws although the work may have been
   * done: the caller looks at the row again.
   *
   * @param hurry `forgettable`: its COMMIT does not wait for the disk, so that a server that crashes may forget it
   */
  async transaction<Result>(
    work: (transaction: Queryable) => Promise<Result>,
    hurry: keyof typeof beginnings = 'durable',
  ): Promise<Result> {
    this.#requireWritable();
    const client = await this.#connect();
    let broken: unknown;
    try {
      await client.query(beginnings[hurry]);
      const result = await work(this.#within(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      // A statement without an answer is under way still: ROLLBACK would wait behind it. The session's end does as well.
      broken = isUnanswered(error) ? error : await rollBack(client);
      throw this.#failure(error);
    } finally {
      client.release(broken === undefined ? undefined : true);
    }
  }

  #failure(error: unknown): unknown {
    this.refusals.note(error);
    const refused = refusedState(error);
    if (refused !== null) this.logins.refusedStatement(refused);
    return asStoreFailure(error);
  }

  #requireWritable(): void {
    if (this.#readOnly) throw databaseReadOnly();
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool().connect();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #within(client: PoolClient): Queryable {
    return {
      rows: async <Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]) =>
        (await client.query<Row>(this.#config(statement, values))).rows,
      foreign: (text, values) => client.query(text, values === undefined ? undefined : [...values]),
    };
  }

  #config(statement: Statement, values: readonly unknown[], limitMilliseconds?: number): QueryConfig {
    return {
      text: statement.text,
      values: [...values],
      ...(this.#prepare ? { name: statement.name } : {}),
      ...(limitMilliseconds === undefined ? {} : { query_timeout: limitMilliseconds }),
    };
  }

  #pool(): Pool {
    if (!this.dataSource.isInitialized) throw databaseNotConnected();
    const { master } = this.dataSource.driver as unknown as { readonly master: Pool };
    if (master !== this.#listened) {
      this.#listened = master;
      master.on('acquire', listenTo);
    }
    return master;
  }
}

/**
 * The pool listens to idle connections alone, and an error that nobody listens to ends the process. One that goes from
 * hand to hand may bring the end of its session in the very bytes that end a statement: it is listened to from when it is
 * first handed out, for as long as it lives.
 */
function listenTo(client: PoolClient): void {
  if (!client.listeners('error').includes(ignoreHere)) client.on('error', ignoreHere);
}

/** The next statement on the connection fails and tells. */
function ignoreHere(): void {
  return;
}

/** @returns what broke the connection, if it is of no more use. */
async function rollBack(client: PoolClient): Promise<unknown> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error;
  }
}
