import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { endWithParent } from './end-with-parent.js';

export interface GuardedChildOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Takes all that the child prints; closed here. */
  readonly log: FileHandle;
  /** What the child takes as a request to end in order. */
  readonly endSignal: 'INT' | 'TERM';
  /** Another account than this process's, for root only. */
  readonly account?: { readonly uid: number; readonly gid: number } | null;
  /** Folders that go with the child where it had to end because this process was killed. */
  readonly removeAfterwards?: readonly string[];
}

/** What to try next, and for how long, until the child has ended. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly milliseconds: number;
}

/** A server process that ends when this process ends, however that happens, and that Ctrl-C does not reach. */
export class GuardedChild {
  readonly #child: ChildProcess;
  /** Resolves to the words for how it ended. */
  readonly ended: Promise<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(signal ?? `exit code ${String(code)}`);
      });
    });
  }

  /** @throws where the program can't be run at all */
  static async spawn(options: GuardedChildOptions): Promise<GuardedChild> {
    const { program, args, cwd, env, log, endSignal, account, removeAfterwards = [] } = options;
    // Out of the terminal's group: Ctrl-C is for the parent, which stops things in order.
    const child = spawn(program, args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...account,
    });
    const guarded = new GuardedChild(child);
    await once(child, 'spawn').finally(() => log.close());
    const { pid } = child;
    if (pid !== undefined) child.once('exit', endWithParent({ pid, signal: endSignal, removeAfterwards }));
    return guarded;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Takes the steps one after the other until it has ended. Again is harmless. */
  async stop(steps: readonly StopStep[]): Promise<void> {
    for (const { signal, milliseconds } of steps) {
      if (!this.isRunning) return;
      this.#child.kill(signal);
      await this.#endedWithin(milliseconds);
    }
  }

  async #endedWithin(milliseconds: number): Promise<void> {
    const giveUp = new AbortController();
    await Promise.race([this.ended, wait(milliseconds, undefined, giveUp).catch(() => undefined)]);
    giveUp.abort();
  }
}
