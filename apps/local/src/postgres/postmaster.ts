import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GuardedChild } from '../guarded-child.js';
import type { ServerAccount } from './server-account.js';
import type { ServerHome } from './server-home.js';

const startMilliseconds = 60_000;

/** PostgreSQL's ways to stop, the gentlest first. */
const stopping = [
  { signal: 'SIGINT', milliseconds: 20_000 },
  { signal: 'SIGQUIT', milliseconds: 5_000 },
  { signal: 'SIGKILL', milliseconds: 5_000 },
] as const;
const killing = [{ signal: 'SIGKILL', milliseconds: 5_000 }] as const;

export interface LaunchOptions {
  readonly program: string;
  readonly home: ServerHome;
  readonly account: ServerAccount | null;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders that go with the server where it had to end because this process was killed. */
  readonly removeAfterwards: readonly string[];
}

/** One run of a server process. */
export class Postmaster {
  readonly #child: GuardedChild;
  readonly #home: ServerHome;

  private constructor(child: GuardedChild, home: ServerHome) {
    this.#child = child;
    this.#home = home;
  }

  /** @returns once connections are accepted; throws with the server's own last words where it ended before that */
  static async launch(options: LaunchOptions): Promise<Postmaster> {
    const { program, home, account, port, settings, environment, removeAfterwards } = options;
    const log = await open(home.log, 'a', 0o600);
    const { size: logStart } = await log.stat();
    const child = await GuardedChild.spawn({
      program,
      args: ['-D', home.data, '-p', String(port), ...asFlags(settings)],
      cwd: home.folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC', ...environment },
      log,
      endSignal: 'INT',
      account,
      removeAfterwards,
    });
    const postmaster = new Postmaster(child, home);
    await postmaster.#ready(logStart);
    return postmaster;
  }

  get isRunning(): boolean {
    return this.#child.isRunning;
  }

  /** Closes the connections and writes everything down; ended by force after half a minute at the latest. */
  async stop(): Promise<void> {
    await this.#child.stop(stopping);
  }

  /** As if the machine had lost its power: nothing is written down any more, connections break. */
  async kill(): Promise<void> {
    await this.#child.stop(killing);
  }

  async #ready(logStart: number): Promise<void> {
    const deadline = performance.now() + startMilliseconds;
    while (!(await this.#saysReady())) {
      if (!this.isRunning) throw new Error(`PostgreSQL did not start: ${await this.#lastWords(logStart)}`);
      if (performance.now() > deadline) {
        await this.kill();
        throw new Error(`PostgreSQL did not start in time: ${await this.#lastWords(logStart)}`);
      }
      await wait(10);
    }
  }

  /** The server writes its state into its pid file: no connection is needed to learn it. */
  async #saysReady(): Promise<boolean> {
    const lines = (await readFile(join(this.#home.data, 'postmaster.pid'), 'utf8').catch(() => '')).split(
      '\n',
    );
    return lines[0] === String(this.#child.pid) && lines[7]?.trim() === 'ready';
  }

  async #lastWords(logStart: number): Promise<string> {
    const log = await readFile(this.#home.log);
    return log.subarray(logStart).toString('utf8').trim().slice(-2_000);
  }
}

function asFlags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
