import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { eventually } from '#kernel/testing';
import { freePort } from '../../apps/local/src/free-port.js';
import { serverAccount } from '../../apps/local/src/postgres/server-account.js';
import { throughPort } from './through-port.js';

/** Debian puts it where not every account's PATH leads. */
const path = `${env['PATH'] ?? ''}:/usr/sbin`;

/** Why there is no pooler on this machine; null: there is one. */
export function poolerMissing(): string | null {
  const { error } = spawnSync('pgbouncer', ['--version'], { env: { PATH: path } });
  return error === undefined ? null : `pgbouncer is missing: ${error.message}`;
}

/** A PgBouncer in transaction mode: each transaction may get another session of the server, LISTEN and locks are lost. */
export class Pooler {
  private constructor(
    private readonly port: number,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @param databaseUrl of the server behind it, with a user's name and password */
  static async start(databaseUrl: string): Promise<Pooler> {
    const folder = await mkdtemp(join(tmpdir(), 'token-broker-pooler-'));
    try {
      return await Pooler.#startIn(folder, databaseUrl);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  static async #startIn(folder: string, databaseUrl: string): Promise<Pooler> {
    const port = await freePort();
    const settings = join(folder, 'pgbouncer.ini');
    await writeFile(settings, settingsFor(new URL(databaseUrl), port));
    // It refuses to run as root: the account that PostgreSQL runs as there has to get at its settings.
    await chmod(folder, 0o755);
    const child = spawn('pgbouncer', [settings], {
      ...(await serverAccount()),
      env: { PATH: path },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-4_000);
    });
    const end = (): void => {
      child.kill('SIGKILL');
    };
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    // Of a program that can not be run: `eventually` finds that it never lived.
    child.once('error', (error) => {
      words += error.message;
    });
    const pooler = new Pooler(port, child, folder);
    try {
      await eventually(async () => {
        if (!pooler.#lives()) throw new Error(`pgbouncer did not start: ${words}`);
        return accepts(port);
      });
    } catch (error) {
      await pooler.stop();
      throw error;
    }
    return pooler;
  }

  /** The same database, through the pooler. */
  urlOf(databaseUrl: string): string {
    return throughPort(databaseUrl, this.port);
  }

  async stop(): Promise<void> {
    if (this.#lives()) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  #lives(): boolean {
    const { pid, exitCode, signalCode } = this.child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }
}

function settingsFor(server: URL, port: number): string {
  const login = `user=${server.username} password=${decodeURIComponent(server.password)}`;
  return [
    '[databases]',
    `* = host=${server.hostname} port=${server.port} ${login}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${String(port)}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 8',
    // Sessions come and go, as they do in a pooler that lives for long.
    'server_idle_timeout = 1',
    '',
  ].join('\n');
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
