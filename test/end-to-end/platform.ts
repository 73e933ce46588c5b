import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../apps/local/src/free-port.js';
import { Broker } from '../../apps/token-broker/src/broker.js';
import { testConfig } from '#config/testing';
import { defaultClient, startSandbox, type RunningSandbox, type Settings } from '#sandbox';
import { createTestDatabase } from '../postgres/index.js';
import { BrokerClient } from './broker-client.js';
import { SandboxControl } from './sandbox-control.js';

export interface PlatformOptions {
  readonly replicas?: number;
  /** Variables for every replica. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Further ones for a replica of its own, by its index. */
  readonly variablesOf?: (replica: number) => Readonly<Record<string, string>>;
  readonly sandbox?: Partial<Settings>;
  /** A migrated database of the spec's own; a clone of the run's where left out. */
  readonly databaseUrl?: string;
}

/** A sandbox, a database and some replicas of the broker in this process, reached over HTTP as in life. */
export interface Platform {
  readonly brokers: readonly BrokerClient[];
  /** The first replica: the one that browsers and Deskera reach. */
  readonly broker: BrokerClient;
  readonly sandbox: SandboxControl;
  readonly databaseUrl: string;
  /** `DATA_DIR` of all replicas, where the variables name no other. */
  readonly dataFolder: string;
  close(): Promise<void>;
}

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const opened = new AsyncDisposableStack();
  try {
    return await openPlatform(opened, options);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function openPlatform(opened: AsyncDisposableStack, options: PlatformOptions): Promise<Platform> {
  const databaseUrl = options.databaseUrl ?? (await cloneFor(opened));
  const ports = await Promise.all(Array.from({ length: options.replicas ?? 1 }, () => freePort()));
  const publicUrl = `http://localhost:${String(ports[0])}`;
  const sandbox = await startSandbox({
    defaultCallbackUri: `${publicUrl}/oauth/callback`,
    ...(options.sandbox === undefined ? {} : { settings: options.sandbox }),
  });
  opened.defer(() => sandbox.close());

  const dataFolder = await mkdtemp(join(tmpdir(), 'token-broker-platform-'));
  opened.defer(() => rm(dataFolder, { recursive: true, force: true }));
  const adminKey = randomBytes(24).toString('base64url');
  const variables = {
    ...settingsFor(sandbox, publicUrl, databaseUrl, adminKey),
    DATA_DIR: dataFolder,
    ...options.variables,
  };
  const brokers: BrokerClient[] = [];
  for (const [replica, port] of ports.entries()) {
    const own = { ...options.variablesOf?.(replica), PORT: String(port) };
    const broker = await Broker.create(testConfig({ ...variables, ...own }));
    opened.defer(() => broker.stop());
    await broker.start();
    await new Promise<void>((resolve) => {
      broker.whenReady(resolve);
    });
    brokers.push(new BrokerClient(`http://localhost:${String(port)}`, adminKey));
  }
  const [broker] = brokers;
  if (broker === undefined) throw new Error('a platform has at least one replica');
  const control = new SandboxControl(sandbox.url);
  return {
    brokers,
    broker,
    sandbox: control,
    databaseUrl,
    dataFolder,
    close: () => opened.disposeAsync(),
  };
}

async function cloneFor(opened: AsyncDisposableStack): Promise<string> {
  const database = await createTestDatabase();
  opened.defer(() => database.drop());
  return database.url;
}

export function settingsFor(
  sandbox: Pick<RunningSandbox, 'url'>,
  publicUrl: string,
  databaseUrl: string,
  adminKey: string,
): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    SHUTDOWN_GRACE_SECONDS: '0',
    PUBLIC_URL: publicUrl,
    DATABASE_URL: databaseUrl,
    DESKERA_CLIENT_ID: defaultClient.clientId,
    DESKERA_CLIENT_SECRET: defaultClient.clientSecret,
    DESKERA_API_URL: sandbox.url,
    DESKERA_V1_AUTH_URL: `${sandbox.url}/appauth/`,
    DESKERA_V2_AUTH_URL: `${sandbox.url}/oauth2/`,
    ADMIN_KEY: adminKey,
    LOG_LEVEL: 'silent',
    SWEEP_INTERVAL_SECONDS: '1',
    DESKERA_TIMEOUT_SECONDS: '2',
  };
}
