import type { PoolClient, QueryResultRow } from 'pg';
import { asStoreFailure } from './database-failure.js';
import type { Statement } from './statement.js';

interface Rows {
  rows<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
    limitMilliseconds?: number,
  ): Promise<Row[]>;
}

/** What a kept connection needs of its pool. */
export interface ConnectionSource {
  /** @returns null where the pool is too small to give one away */
  take(): Promise<PoolClient | null>;
  run<Row extends QueryResultRow>(
    client: PoolClient,
    statement: Statement,
    values: readonly unknown[],
    limitMilliseconds: number | undefined,
  ): Promise<Row[]>;
}

/**
 * One connection of the pool that is kept by one user, so that its statements never wait for a free one behind those of all
 * others. One that fails is given up, and the next statement takes another. Statements are sent one at a time.
 */
export class KeptConnection implements Rows {
  #client: PoolClient | null = null;

  /** @param shared runs statements where the pool has no connection to spare */
  constructor(
    private readonly source: ConnectionSource,
    private readonly shared: Rows,
  ) {}

  /** @throws Failure `broker_unavailable` */
  async rows<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
    limitMilliseconds?: number,
  ): Promise<Row[]> {
    const client = (this.#client ??= await this.source.take());
    if (client === null) return this.shared.rows<Row>(statement, values, limitMilliseconds);
    try {
      return await this.source.run<Row>(client, statement, values, limitMilliseconds);
    } catch (error) {
      this.giveUp();
      throw asStoreFailure(error);
    }
  }

  /** Ends the connection. */
  giveUp(): void {
    this.#client?.release(true);
    this.#client = null;
  }
}
