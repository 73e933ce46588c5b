import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { env, execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Holdings, ProcessUse } from './inside-process.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const hooks = fileURLToPath(new URL('../../test/postgres/typescript-imports.mjs', import.meta.url));
const inside = fileURLToPath(new URL('./inside-process.ts', import.meta.url));

/** A broker's own is 25 s. */
const longestEndMilliseconds = 30_000;

const living = new Set<ChildProcess>();

// One that listens would not notice that this process is gone.
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** A program of this project as a process of its own, which ends with this one. */
export class Program implements AsyncDisposable {
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(private readonly child: ChildProcess) {
    living.add(child);
    child.once('exit', () => {
      living.delete(child);
      this.#tell();
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#lines.push(line);
        this.#tell();
      });
    }
  }

  /**
   * @param path from the project's root; what ends in `.ts` is compiled on the way: no measure of a start
   * @param variables its whole environment, beside what a program needs to run at all
   */
  static start(
    path: string,
    args: readonly string[] = [],
    variables: Readonly<Record<string, string>> = {},
    nodeOptions: readonly string[] = [],
  ): Program {
    if (!existsSync(`${root}${path}`))
      throw new Error(`${path} is not built: npm run bench does that first.`);
    const imports = path.endsWith('.ts') ? ['--import', hooks] : [];
    const options = [...imports, ...nodeOptions];
    const child = spawn(execPath, [...options, `${root}${path}`, ...args], {
      cwd: root,
      env: { PATH: env['PATH'] ?? '', NODE_ENV: 'production', ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new Program(child);
  }

  /** Options of Node.js under which a program can be asked for its `use`. */
  static readonly watched: readonly string[] = ['--import', inside];
  /** And under which for its `holdings`. */
  static readonly weighed: readonly string[] = ['--expose-gc', ...Program.watched];

  /** The first line it wrote that matches. @throws where it ends before, or the time passes: a minute */
  async says(pattern: RegExp, withinMilliseconds = 60_000): Promise<RegExpExecArray> {
    const late = performance.now() + withinMilliseconds;
    while (performance.now() < late) {
      for (const line of this.#lines) {
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      if (this.child.exitCode !== null || this.child.signalCode !== null) break;
      await this.#more();
    }
    throw new Error(`a program did not say ${String(pattern)}, but:\n${this.#lines.slice(-20).join('\n')}`);
  }

  async listensOn(): Promise<number> {
    return Number((await this.says(/"?port"?: ?(\d+)/))[1]);
  }

  /** Resident memory, in bytes. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${String(this.child.pid)}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
  }

  /** Asks a program that answers messages. */
  async ask<Answer>(question: string): Promise<Answer> {
    const asked = new AbortController();
    const { signal } = asked;
    const ended = once(this.child, 'exit', { signal }).then(() => {
      throw new Error(`a program ended before it answered:\n${this.#lines.slice(-20).join('\n')}`);
    });
    ended.catch(() => undefined);
    const answer = once(this.child, 'message', { signal }) as Promise<[Answer]>;
    answer.catch(() => undefined);
    this.child.send(question);
    try {
      return (await Promise.race([answer, ended]))[0];
    } finally {
      asked.abort();
    }
  }

  /** Of a program that was started as `weighed`. */
  async holdings(): Promise<Holdings> {
    return this.ask('hold');
  }

  /** What it used so far, and its longest task since it was asked last; of one that was started as `watched`. */
  async use(): Promise<ProcessUse> {
    return this.ask('use');
  }

  /** From now on its tasks are watched. */
  watchTasks(): void {
    this.child.send('watch');
  }

  /** Of one that was started as `watched` and ends by itself: its exit code. Nothing can be asked any more. */
  async ended(): Promise<number | null> {
    const gone = once(this.child, 'exit');
    this.child.send('release');
    await gone;
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    // A profile is written at an orderly end.
    this.child.kill('SIGTERM');
    const patience = setTimeout(() => this.child.kill('SIGKILL'), longestEndMilliseconds);
    await gone;
    clearTimeout(patience);
  }

  #tell(): void {
    for (const wake of this.#waiting) wake();
  }

  async #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => {
      resolve(undefined);
    };
    this.#waiting.add(wake);
    const patience = setTimeout(wake, 1_000);
    await promise;
    clearTimeout(patience);
    this.#waiting.delete(wake);
  }
}
