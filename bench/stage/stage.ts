import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testEncryptionKey } from '#crypto/testing';
import { applyMigrations } from '#store/migrate';
import { freePort } from '../../apps/local/src/free-port.js';
import { startTestPostgres } from '../../test/postgres/index.js';
import { Program } from './program.js';

export const benchKeyId = 'bench';

/** Enough for every row that is read here, as a database of its own would have it. */
const serverSettings = { shared_buffers: '512MB', max_wal_size: '8GB', autovacuum: 'off' };

export interface BrokerAddress {
  readonly port: number;
  readonly program: Program;
}

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
  ): Promise<BrokerAddress> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'token-broker-bench-'));
    this.#opened.defer(() => rm(dataFolder, { recursive: true, force: true }));
    const environment = await brokerVariables(databaseUrl, dataFolder, variables);
    const program = Program.start('dist/apps/token-broker/src/main.js', [], environment, nodeOptions);
    this.#opened.use(program);
    const port = await program.listensOn();
    await program.says(/ready in \d+ ms/);
    return { port, program };
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

/** Production's, with a Deskera that nobody asks: every row is due tomorrow. */
export async function brokerVariables(
  databaseUrl: string,
  dataFolder: string,
  variables: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    PUBLIC_URL: 'https://broker.example',
    DATABASE_URL: databaseUrl,
    DESKERA_CLIENT_ID: 'cl_pub_bench',
    DESKERA_CLIENT_SECRET: 'cl_sec_bench',
    ENCRYPTION_KEYS: `${benchKeyId}:${testEncryptionKey(benchKeyId).key.reveal()}`,
    DATA_DIR: dataFolder,
    LOG_LEVEL: 'info',
    ...variables,
  };
}
