import pg from 'pg';
import { setTimeout as wait } from 'node:timers/promises';
import type { LocalPostgres } from '../../apps/local/src/postgres/index.js';
import { throughPort } from '../network/through-port.js';
import { caughtUp, promote, startTestPostgres, startTestStandby } from '../postgres/index.js';
import { CuttableLink } from './cuttable-link.js';
import type { Loss, Losses } from './losses.js';
import type { ServerClock } from './server-clock.js';

const databaseName = 'broker';

/**
 * What a careful operator would not set: the log is written late, so that a crash of the server loses what nobody waited
 * for, transaction ids included.
 */
const settings = { wal_writer_delay: '10s', wal_keep_size: '256MB', max_wal_senders: '4' };

/** Ways in which a database answers reads and refuses writes. */
export type Refusal = 'read_only' | 'disk_full';

/** The primary, the asynchronous standby behind it, and the links of the brokers, which lead to whichever is the primary. */
export class Databases {
  #standby: LocalPostgres | null = null;

  private constructor(
    private primary: LocalPostgres,
    private replication: CuttableLink,
    private readonly clock: ServerClock | null,
    private readonly losses: Losses,
  ) {}

  static async start(
    clock: ServerClock | null,
    losses: Losses,
    opened: AsyncDisposableStack,
  ): Promise<Databases> {
    const primary = await startTestPostgres(settings, clock?.environment);
    const databases = new Databases(primary, await CuttableLink.open(primary.port), clock, losses);
    opened.defer(() => databases.discard());
    await primary.ensureDatabase(databaseName);
    return databases;
  }

  /** Of the present primary, directly. */
  get url(): string {
    return this.primary.databaseUrl(databaseName);
  }

  get port(): number {
    return this.primary.port;
  }

  get isRunning(): boolean {
    return this.primary.isRunning;
  }

  restart(): Promise<void> {
    return this.primary.restart();
  }

  kill(): Promise<void> {
    return this.primary.kill();
  }

  /** Builds the standby that the next failover promotes. */
  async prepareStandby(): Promise<void> {
    if (this.#standby !== null) return;
    this.#standby = await startTestStandby({
      primary: this.primary,
      throughPort: this.replication.port,
      settings,
      environment: this.clock?.environment ?? {},
    });
    await caughtUp(this.primary, this.#standby);
  }

  /**
   * The primary goes on for a while without its standby, dies, and the standby takes over. What was committed meanwhile is
   * lost. The links lead to the new primary afterwards.
   * @returns false where there is no standby yet
   */
  async failOver(links: readonly CuttableLink[], behindMilliseconds: number): Promise<boolean> {
    const standby = this.#standby;
    if (standby === null || !this.primary.isRunning) return false;
    // After an end of the primary the standby takes seconds to follow it again: what it lacks must be known.
    const from = await caughtUp(this.primary, standby);
    this.#standby = null;
    this.replication.cut('reset');
    await wait(behindMilliseconds);
    await this.primary.kill();
    const diedAt = Date.now();
    await promote(standby);
    const old = this.primary;
    this.primary = standby;
    const loss: Loss = { from, diedAt, to: Date.now() };
    this.losses.add(loss);
    for (const link of links) link.leadTo(standby.port);
    await old.discard();
    await this.replication.close();
    this.replication = await CuttableLink.open(standby.port);
    return true;
  }

  /** Takes transaction ids, as other applications on the same server do. */
  async takeTransactionIds(count: number): Promise<void> {
    await this.#ask(async (client) => {
      for (let taken = 0; taken < count; taken += 1) await client.query('SELECT pg_current_xact_id()');
    });
  }

  /** Refuses writes from now on; reads are answered. */
  async refuseWrites(how: Refusal): Promise<void> {
    if (how === 'read_only') await this.#setReadOnly(true);
    else await this.#changeTriggers(fillDisk);
  }

  async acceptWrites(how: Refusal): Promise<void> {
    if (how === 'read_only') await this.#setReadOnly(false);
    else await this.#changeTriggers(emptyDisk);
  }

  async discard(): Promise<void> {
    await this.replication.close();
    await this.#standby?.discard();
    await this.primary.discard();
  }

  /** Locks whole tables, which the statements of the replicas lock in another order. */
  async #changeTriggers(statements: string): Promise<void> {
    for (;;) {
      const isDone = await this.#ask(async (client) => {
        try {
          await client.query(statements);
          return true;
        } catch (error) {
          if (error instanceof pg.DatabaseError && error.code === deadlockDetected) return false;
          throw error;
        }
      });
      if (isDone) return;
    }
  }

  async #setReadOnly(readOnly: boolean): Promise<void> {
    await this.#ask(async (client) => {
      await client.query('SET default_transaction_read_only = off');
      await client.query(`ALTER SYSTEM SET default_transaction_read_only = ${readOnly ? 'on' : 'off'}`);
      await client.query('SELECT pg_reload_conf()');
    });
  }

  async #ask<Result>(act: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = new pg.Client({ connectionString: throughPort(this.url, this.port) });
    // The server may be killed meanwhile.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await act(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

const deadlockDetected = '40P01';
const tables = ['connection', 'connection_upkeep', 'credential', 'connection_event', 'change'];

/** Every write fails as on a full disk. */
const fillDisk = `
  CREATE OR REPLACE FUNCTION chaos_disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
  END $$;
  ${tables.map((table) => `CREATE OR REPLACE TRIGGER a_chaos_disk_full BEFORE INSERT OR UPDATE OR DELETE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION chaos_disk_full();`).join('\n')}`;

const emptyDisk = tables.map((table) => `DROP TRIGGER IF EXISTS a_chaos_disk_full ON ${table};`).join('\n');
