import { mkdir, rm, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defaultClient, startSandbox } from '#sandbox';
import { applyMigrations } from '#database/migrate';
import { BrokerProcess } from './broker-process.js';
import { freePortNear } from './free-port.js';
import { LocalPostgres } from './postgres/index.js';
import { randomBytes } from 'node:crypto';
import { hasCode } from './file-errors.js';

export interface EverythingOptions {
  /** Where all data are kept. */
  readonly folder: string;
  /** Where they listen; another port where one is taken, 0: any. */
  readonly brokerPort: number;
  readonly sandboxPort: number;
  readonly host: string;
  /** True: nothing is to be kept; the folder is removed in the end. */
  readonly disposable: boolean;
}

/** Everything that runs, and how to reach it. */
export interface Everything {
  readonly brokerUrl: string;
  readonly sandboxUrl: string;
  /** Opens everything, and is good for this run only. */
  readonly adminKey: string;
  readonly logFile: string;
  /** Resolves to the words for how the broker ended. */
  readonly brokerEnded: Promise<string>;
  /** The end of the broker's log. */
  brokersLastWords(): Promise<string>;
  /** The broker first, then the sandbox, then PostgreSQL. */
  stop(): Promise<void>;
}

/** Starts PostgreSQL, the Deskera sandbox and, on a migrated database, the broker; ready when this resolves. */
export async function startEverything(options: EverythingOptions): Promise<Everything> {
  const started = new AsyncDisposableStack();
  try {
    return await startInto(started, options);
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

async function startInto(started: AsyncDisposableStack, options: EverythingOptions): Promise<Everything> {
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true });
  if (options.disposable) started.defer(() => rm(folder, { recursive: true, force: true }));
  const { encryptionKeys } = await keptSettings(folder);
  const databaseUrl = await startDatabase(started, folder, options.disposable);

  const port = await freePortNear(options.brokerPort, options.host);
  const brokerUrl = `http://localhost:${String(port)}`;
  const sandbox = await startSandbox({
    port: await freePortNear(options.sandboxPort, '127.0.0.1'),
    defaultCallbackUri: `${brokerUrl}/oauth/callback`,
    ...(options.disposable ? {} : { stateFile: join(folder, 'sandbox.json') }),
  });
  started.defer(() => sandbox.close());

  const adminKey = randomBytes(24).toString('base64url');
  const logFile = join(folder, 'broker.log');
  const settings = {
    HOST: options.host,
    PORT: String(port),
    PUBLIC_URL: brokerUrl,
    SHUTDOWN_GRACE_SECONDS: '0',
    DATABASE_URL: databaseUrl,
    DATA_DIR: folder,
    DESKERA_CLIENT_ID: defaultClient.clientId,
    DESKERA_CLIENT_SECRET: defaultClient.clientSecret,
    DESKERA_API_URL: sandbox.url,
    DESKERA_V1_AUTH_URL: `${sandbox.url}/appauth/`,
    DESKERA_V2_AUTH_URL: `${sandbox.url}/oauth2/`,
    ENCRYPTION_KEYS: encryptionKeys,
    // A webhook to this machine can be tried.
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8,::1',
  };
  if (!options.disposable) started.defer(await noteSettings(folder, settings));
  const broker = await BrokerProcess.start({
    url: brokerUrl,
    logFile,
    settings: { ...settings, ADMIN_KEY: adminKey },
  });
  started.defer(() => broker.stop());
  await broker.ready();

  return {
    brokerUrl,
    sandboxUrl: sandbox.url,
    adminKey,
    logFile,
    brokerEnded: broker.ended,
    brokersLastWords: () => broker.lastWords(),
    stop: () => started.disposeAsync(),
  };
}

/** @returns the connection string of a migrated database */
async function startDatabase(
  started: AsyncDisposableStack,
  folder: string,
  disposable: boolean,
): Promise<string> {
  const server = await LocalPostgres.start({
    folder: join(folder, 'postgres'),
    durable: !disposable,
    disposable,
  });
  started.defer(() => (disposable ? server.discard() : server.stop()));
  const databaseUrl = await server.ensureDatabase('token_broker');
  await applyMigrations({ databaseUrl });
  return databaseUrl;
}

/** What was made up at the first start and must stay the same as long as the data do. */
interface KeptSettings {
  /** As the broker's `ENCRYPTION_KEYS` has them. Without them the stored credentials can't be read any more. */
  readonly encryptionKeys: string;
}

/** Reads the folder's settings, or makes them up and keeps them where only their owner can read them. */
async function keptSettings(folder: string): Promise<KeptSettings> {
  const path = join(folder, 'settings.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as KeptSettings;
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  const settings = { encryptionKeys: `local:${randomBytes(32).toString('base64')}` };
  await mkdir(folder, { recursive: true });
  await keep(path, settings);
  return settings;
}

/** A file that is cut short by a crash would cost the data: it appears complete or not at all. */
async function keep(path: string, settings: KeptSettings): Promise<void> {
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  await file.writeFile(`${JSON.stringify(settings, null, 2)}\n`);
  await file.sync();
  await file.close();
  await rename(unfinished, path);
}

/**
 * Writes down how the broker is set, for the command line in another terminal: `npm run broker` looks there where its own
 * environment names no database. Shells can read it too.
 * @returns takes it away again
 */
async function noteSettings(
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  const path = join(folder, 'broker.env');
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'\n`);
  // What a killed run left there may have another mode.
  await rm(path, { force: true });
  await writeFile(path, lines.join(''), { mode: 0o600 });
  return () => rm(path, { force: true });
}
