import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../apps/local/src/free-port.js';
import { eventually } from '#kernel/testing';
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

/** Another test's process may take a port between our look and our listening: then all is begun once more. */
export async function startProcesses(options: ProcessPlatformOptions): Promise<ProcessPlatform> {
  return startOnce(options).catch((error: unknown) => {
    if (error instanceof PortTaken) return startOnce(options);
    throw error;
  });
}

class PortTaken extends Error {}

async function startOnce(options: ProcessPlatformOptions): Promise<ProcessPlatform> {
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
  const anyEnded = Promise.withResolvers<undefined>();
  const replicas = ports.map((port, index) => {
    const url = `http://127.0.0.1:${String(port)}`;
    const own = { ...variables, PORT: String(port) };
    const replica = new Replica(index, url, own, new URL(deskeraUrl).host, (words) => {
      ended.push(words);
      anyEnded.resolve(undefined);
    });
    opened.defer(() => replica.kill());
    replica.start();
    return replica;
  });
  const defects = (): readonly string[] => [...ended, ...replicas.flatMap(({ log }) => log.defects)];
  const brokers = replicas.map(({ url }) => new BrokerClient(url, adminKey));
  await Promise.race([Promise.all(replicas.map((replica) => replica.ready())), anyEnded.promise]);
  await requireOurs(brokers, defects, () => replicas.flatMap(({ log }) => log.lastWords));
  return {
    replicas,
    brokers,
    sandbox: new SandboxControl(sandbox.url),
    defects,
    close: () => opened.disposeAsync(),
  };
}

/** Whoever else listens on a port of ours may well be a broker that is ready: ours alone know this key. */
async function requireOurs(
  brokers: readonly BrokerClient[],
  defects: () => readonly string[],
  lastWords: () => readonly string[],
): Promise<void> {
  const answers = await Promise.all(
    brokers.map((broker) => broker.call('GET', '/admin/api/service-keys').catch(() => null)),
  );
  if (answers.every((answer) => answer?.status === 200)) return;
  // What an ended process wrote last may still be on its way.
  await eventually(() => defects().some((line) => line.includes('EADDRINUSE')), 20_000).catch(() => {
    throw new Error(['a broker did not start:', ...defects(), ...lastWords()].join('\n'));
  });
  throw new PortTaken(defects().join('\n'));
}
