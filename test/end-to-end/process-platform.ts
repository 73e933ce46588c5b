import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../apps/local/src/free-port.js';
import { startSandbox, type Settings } from '#sandbox';
import { Replica } from '../chaos/replica.js';
import { BrokerClient } from './broker-client.js';
import { settingsFor } from './platform.js';
import { SandboxControl } from './sandbox-control.js';

export interface ProcessPlatformOptions {
  readonly databaseUrl: string;
  readonly replicas: number;
  readonly variables?: Readonly<Record<string, string>>;
  readonly sandbox?: Partial<Settings>;
  /** What stands between the brokers and Deskera; nothing where left out. Returns its address. */
  readonly before?: (sandboxUrl: string, opened: AsyncDisposableStack) => Promise<string>;
}

/** Replicas of the broker as they are run, each a process of its own, and a sandbox here. */
export interface ProcessPlatform {
  readonly replicas: readonly Replica[];
  readonly brokers: readonly BrokerClient[];
  readonly sandbox: SandboxControl;
  /** Processes that ended by themselves, unhandled rejections, fatal lines: there are none. */
  defects(): readonly string[];
  close(): Promise<void>;
}

export async function startProcesses(options: ProcessPlatformOptions): Promise<ProcessPlatform> {
  const opened = new AsyncDisposableStack();
  try {
    return await open(opened, options);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function open(opened: AsyncDisposableStack, options: ProcessPlatformOptions): Promise<ProcessPlatform> {
  const ports = await Promise.all(Array.from({ length: options.replicas }, () => freePort()));
  const publicUrl = `http://127.0.0.1:${String(ports[0])}`;
  const sandbox = await startSandbox({
    defaultCallbackUri: `${publicUrl}/oauth/callback`,
    settings: options.sandbox ?? {},
  });
  opened.defer(() => sandbox.close());
  const deskeraUrl = (await options.before?.(sandbox.url, opened)) ?? sandbox.url;
  const dataFolder = await mkdtemp(join(tmpdir(), 'token-broker-processes-'));
  opened.defer(() => rm(dataFolder, { recursive: true, force: true }));
  const adminKey = randomBytes(24).toString('base64url');
  const variables = {
    ...settingsFor({ url: deskeraUrl }, publicUrl, options.databaseUrl, adminKey),
    ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    DATA_DIR: dataFolder,
    LOG_LEVEL: 'warn',
    ...options.variables,
  };
  const ended: string[] = [];
  const replicas = ports.map((port, index) => {
    const url = `http://127.0.0.1:${String(port)}`;
    const own = { ...variables, PORT: String(port) };
    const replica = new Replica(index, url, own, new URL(deskeraUrl).host, (words) => ended.push(words));
    opened.defer(() => replica.kill());
    replica.start();
    return replica;
  });
  await Promise.all(replicas.map((replica) => replica.ready()));
  return {
    replicas,
    brokers: replicas.map(({ url }) => new BrokerClient(url, adminKey)),
    sandbox: new SandboxControl(sandbox.url),
    defects: () => [...ended, ...replicas.flatMap(({ log }) => log.defects)],
    close: () => opened.disposeAsync(),
  };
}
