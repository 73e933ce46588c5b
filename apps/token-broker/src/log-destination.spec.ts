import { execFileSync, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { MetricsText } from '#observability/testing';
import { brokerCommand } from './testing/broker-process.js';

const adminKey = 'an-admin-key-of-the-spec-with-enough-characters';
const environment = {
  HOST: '127.0.0.1',
  PUBLIC_URL: 'https://broker.example',
  DATABASE_URL: 'postgres://broker:a-database-password@127.0.0.1:1/broker',
  DESKERA_CLIENT_ID: 'cl_pub_spec',
  DESKERA_CLIENT_SECRET: 'a-client-secret-of-the-spec',
  ENCRYPTION_KEYS: `k1:${Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')}`,
  ADMIN_KEY: adminKey,
};

/** Where standard output goes, and what is closed at the end. */
interface Destination {
  readonly stdout: number | 'pipe';
  /** Runs once the broker answers. */
  readonly afterStart?: (child: ChildProcess) => void;
}

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function open(path: string, flags: number): number {
  const descriptor = openSync(path, flags);
  ends.push(() => {
    closeSync(descriptor);
  });
  return descriptor;
}

function fullDisk(): Destination {
  return { stdout: open('/dev/full', constants.O_WRONLY) };
}

function unreadPipe(): Destination {
  const folder = mkdtempSync(join(tmpdir(), 'log-destination-'));
  ends.push(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { stdout: open(path, constants.O_WRONLY) };
}

/** Node connects a child with a pair of sockets. */
function unreadSocket(): Destination {
  return { stdout: 'pipe' };
}

function closedReader(): Destination {
  return { stdout: 'pipe', afterStart: ({ stdout }) => stdout?.destroy() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function startBroker(port: number, stdout: number | 'pipe'): ChildProcess {
  const { PATH = '' } = process.env;
  const stdio: StdioOptions = ['ignore', stdout, 'ignore'];
  const { cwd, command } = brokerCommand;
  const child = spawn(process.execPath, command, {
    cwd,
    env: { PATH, ...environment, PORT: String(port) },
    stdio,
  });
  ends.push(() => child.kill('SIGKILL'));
  return child;
}

describe('a broker whose log is not taken', () => {
  it.each<[string, () => Destination]>([
    ['a full disk', fullDisk],
    ['a pipe that nobody reads', unreadPipe],
    ['a socket that nobody reads', unreadSocket],
    ['a pipe whose reader has closed it', closedReader],
  ])('answers, counts the dropped lines and ends in order on SIGTERM: %s', async (_name, destinationOf) => {
    const { stdout, afterStart } = destinationOf();
    const port = await freePort();
    const child = startBroker(port, stdout);
    const ended = once(child, 'exit');
    const base = `http://127.0.0.1:${String(port)}`;
    const isLive = async (): Promise<boolean> => {
      const answer = await fetch(`${base}/health/live`).catch(() => null);
      return answer?.status === 200;
    };
    await eventually(isLive);
    afterStart?.(child);
    const headers = { authorization: `Bearer ${adminKey}` };
    const dropped = async (): Promise<number> => {
      const page = await fetch(`${base}/metrics`, { headers });
      return new MetricsText(await page.text()).value('broker_log_lines_dropped_total') ?? Number.NaN;
    };
    await eventually(async () => {
      // Each request with a good key has a line of its own.
      const asked = Array.from({ length: 500 }, () =>
        fetch(`${base}/admin/api/connections`, { headers }).then((answer) => answer.text()),
      );
      await Promise.all(asked);
      return (await dropped()) > 0;
    });
    expect(await isLive()).toBe(true);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
