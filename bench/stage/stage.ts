import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations } from '#database/migrate';
import { startTestPostgres } from '../../test/postgres/index.js';
import { brokerVariables, startBroker, type BenchedBroker } from './broker.js';
import { Program } from './program.js';

/** Enough for every row that is read here, as a database of its own would have it. */
const serverSettings = { shared_buffers: '512MB', max_wal_size: '8GB', autovacuum: 'off' };

/** A PostgreSQL of the run's own, with databases and brokers on it; what was started ends with it. */
export class Stage implements AsyncDisposable {
  readonly #opened = new AsyncDisposableStack();
  #postgres!: Awaited<ReturnType<typeof startTestPostgres>>;

  static async open(): Promise<Stage> {
    const stage = new Stage();
    const postgres = await startTestPostgres(serverSettings);
    stage.#opened.defer(() => postgres.discard());
    stage.#postgres = postgres;
    return stage;
  }

  /** @returns the connection string of a migrated database */
  async database(name: string): Promise<string> {
    const url = await this.#postgres.ensureDatabase(name);
    await applyMigrations({ databaseUrl: url });
    return url;
  }

  /** A broker as it is run, once it is ready. */
  async broker(
    databaseUrl: string,
    variables: Readonly<Record<string, string>> = {},
    nodeOptions: readonly string[] = [],
  ): Promise<BenchedBroker> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'token-broker-bench-'));
    this.#opened.defer(() => rm(dataFolder, { recursive: true, force: true }));
    const environment = await brokerVariables(databaseUrl, dataFolder, variables);
    return startBroker(this.#opened, environment, nodeOptions);
  }

  /** A program of the benchmark's own, once it listens. */
  async program(
    path: string,
    args: readonly string[],
    nodeOptions: readonly string[] = [],
  ): Promise<Program> {
    const program = this.#opened.use(Program.start(path, args, {}, nodeOptions));
    await program.says(/ready|port/);
    return program;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}
