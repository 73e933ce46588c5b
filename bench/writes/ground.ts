import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { defaultClient } from '#sandbox';
import { applyMigrations } from '#database/migrate';
import { freePort } from '../../apps/local/src/free-port.js';
import { LocalPostgres } from '../../apps/local/src/postgres/index.js';
import { DeskeraProcess } from '../../test/chaos/deskera-process.js';
import { brokerVariables, startBroker, type BenchedBroker } from '../stage/broker.js';
import { Program } from '../stage/program.js';

/** A PostgreSQL that waits for its disk, as in life, and a sandbox in a process of its own. */
export class Ground implements AsyncDisposable {
  readonly adminKey = randomBytes(24).toString('base64url');
  private readonly opened = new AsyncDisposableStack();

  private constructor(
    private readonly postgres: LocalPostgres,
    readonly deskera: DeskeraProcess,
    private readonly dataFolder: string,
  ) {}

  static async open(): Promise<Ground> {
    const folder = await mkdtemp(join(tmpdir(), 'token-broker-bench-'));
    const postgres = await LocalPostgres.start({ folder, disposable: true });
    const deskera = await DeskeraProcess.start(await freePort());
    const dataFolder = await mkdtemp(join(tmpdir(), 'token-broker-bench-data-'));
    const ground = new Ground(postgres, deskera, dataFolder);
    ground.opened.defer(() => rm(dataFolder, { recursive: true, force: true }));
    ground.opened.defer(() => postgres.discard());
    ground.opened.defer(() => deskera.stop());
    await deskera.settings({ signatures: 'first' });
    return ground;
  }

  /** A migrated database, and a client for it. */
  async database(name: string): Promise<{ url: string; client: pg.Client }> {
    const url = await this.postgres.ensureDatabase(name);
    await applyMigrations({ databaseUrl: url });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    this.opened.defer(() => client.end());
    return { url, client };
  }

  /** Ends with the ground, or before. */
  async broker(
    databaseUrl: string,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<BenchedBroker> {
    return startBroker(this.opened, await this.environment(databaseUrl, variables), Program.watched);
  }

  /** What a broker here is set by, and whoever works beside it. */
  environment(
    databaseUrl: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    const own = { ...settingsFor(this.deskera.url), ADMIN_KEY: this.adminKey, ...variables };
    return brokerVariables(databaseUrl, this.dataFolder, own);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.opened.disposeAsync();
  }
}

/** The sandbox's, and quick sweeps: waiting for the next is nothing to be measured. */
function settingsFor(deskeraUrl: string): Record<string, string> {
  return {
    DESKERA_CLIENT_ID: defaultClient.clientId,
    DESKERA_CLIENT_SECRET: defaultClient.clientSecret,
    DESKERA_API_URL: deskeraUrl,
    DESKERA_V1_AUTH_URL: `${deskeraUrl}/appauth/`,
    DESKERA_V2_AUTH_URL: `${deskeraUrl}/oauth2/`,
    SWEEP_INTERVAL_SECONDS: '1',
  };
}
