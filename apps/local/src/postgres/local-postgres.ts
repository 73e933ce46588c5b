import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import pg from 'pg';
import { ensureCluster, superuser } from './cluster.js';
import { installedPackage, usableBinaries } from './postgres-binaries.js';
import { type LaunchOptions, Postmaster } from './postmaster.js';
import { serverAccount } from './server-account.js';
import { openHome } from './server-home.js';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../free-port.js';
import { outwaitPredecessor } from './predecessor.js';

export interface LocalPostgresOptions {
  /** A folder of its own, made where it is missing; what is in it outlives the server. */
  readonly folder: string;
  /** 0, the default: one that is free. */
  readonly port?: number;
  /** False for tests and demonstrations: faster, and a crash of the machine loses the data. Default true. */
  readonly durable?: boolean;
  /** True: should this process be killed, the folder goes with the server. Default false. */
  readonly disposable?: boolean;
  /** Further settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Further environment variables of the server's processes. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A real PostgreSQL server on 127.0.0.1, from the binaries that npm brought, as a child of this process. It ends when
 * this process ends, however that happens. Works as an ordinary user and as root.
 */
export class LocalPostgres {
  private constructor(
    private readonly launchOptions: LaunchOptions,
    private readonly password: string,
    private readonly folders: ReadonlySet<string>,
    private postmaster: Postmaster,
  ) {}

  /** @returns once connections are accepted */
  static async start(options: LocalPostgresOptions): Promise<LocalPostgres> {
    const { folder, port: wantedPort = 0, durable = true, disposable = false } = options;
    const { settings = {}, environment = {} } = options;
    const account = await serverAccount();
    const home = await openHome(folder, account);
    const { initdb, postgres } = await usableBinaries(account, home.folder, await installedPackage());
    const password = await ensureCluster({ home, account, initdb, durable });
    const folders = new Set([resolve(folder), home.folder]);
    const launchOptions: LaunchOptions = {
      program: postgres,
      home,
      account,
      port: wantedPort,
      settings: { ...serverSettings(durable), ...settings },
      environment,
      removeAfterwards: disposable ? [...folders] : [],
    };
    const { postmaster, port } = await launch(launchOptions);
    return new LocalPostgres({ ...launchOptions, port }, password, folders, postmaster);
  }

  /** Stays the same over a restart. */
  get port(): number {
    return this.launchOptions.port;
  }

  /** The superuser's connection string for the server's own first database. */
  get url(): string {
    return this.databaseUrl('postgres');
  }

  get isRunning(): boolean {
    return this.postmaster.isRunning;
  }

  /** The superuser's connection string for a database of this server, whether or not it exists. */
  databaseUrl(database: string): string {
    return `postgres://${superuser}:${this.password}@127.0.0.1:${String(this.port)}/${database}`;
  }

  /** @returns the database's connection string */
  async ensureDatabase(database: string): Promise<string> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
      return this.databaseUrl(database);
    } finally {
      await client.end();
    }
  }

  /** Ends it in order: connections are closed, everything is written down. Again, or after `kill`, is harmless. */
  async stop(): Promise<void> {
    await this.postmaster.stop();
  }

  /** Ends it as a loss of power would: connections break, and the next start recovers from the write-ahead log. */
  async kill(): Promise<void> {
    await this.postmaster.kill();
  }

  /** Starts it again on the same port with the same data, stopping it first where it runs. */
  async restart(): Promise<void> {
    await this.stop();
    this.postmaster = (await launch(this.launchOptions)).postmaster;
  }

  /** Stops it and removes its folder with all data. */
  async discard(): Promise<void> {
    await this.stop();
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true });
  }
}

const attempts = 10;

/** Another process may take a free port between the look and the start. */
const portTaken = 'could not bind';
/** Children of a server that was killed need a moment to notice, and hold its memory until then. */
const remainsOfPredecessor = 'pre-existing shared memory block';

/**
 * Launches a server, again where the reason not to start goes away by itself.
 * @param options port 0: one that is free
 * @returns the server, and the port it listens on
 */
async function launch(options: LaunchOptions): Promise<{ postmaster: Postmaster; port: number }> {
  await outwaitPredecessor(options.home.data);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port === 0 ? await freePort() : options.port;
    try {
      return { postmaster: await Postmaster.launch({ ...options, port }), port };
    } catch (error) {
      if (attempt === attempts || !passesByItself(error, options.port === 0)) throw error;
      await wait(100);
    }
  }
}

function passesByItself(error: unknown, anyPortWillDo: boolean): boolean {
  const words = error instanceof Error ? error.message : '';
  return words.includes(remainsOfPredecessor) || (anyPortWillDo && words.includes(portTaken));
}

/** What every server here runs with; the rest is PostgreSQL's own default. */
const common = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
};

/**
 * Nothing waits for a disk. A crash of the machine loses the data; one of the server alone loses no commit, because
 * `synchronous_commit` stays on: what was committed is in the system's hands.
 */
const fast = {
  fsync: 'off',
  full_page_writes: 'off',
};

function serverSettings(durable: boolean): Readonly<Record<string, string>> {
  return durable ? common : { ...common, ...fast };
}
