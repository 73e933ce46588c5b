import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../apps/local/src/free-port.js';
import { eventually } from '#kernel/testing';
import type { ProcessUse } from './inside-broker.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const inside = fileURLToPath(new URL('./inside-broker.ts', import.meta.url));

/** One replica of the broker as it is built, in a process of its own. */
export class BrokerProcess implements AsyncDisposable {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param variables its whole environment but for the port */
  static async start(variables: Readonly<Record<string, string>>): Promise<BrokerProcess> {
    const port = String(await freePort());
    const profiled = (env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter((option) => option !== '');
    const program = `${root}dist/apps/token-broker/src/main.js`;
    const child = spawn(execPath, [...profiled, '--import', inside, program], {
      cwd: root,
      env: { PATH: env['PATH'] ?? '', ...variables, PORT: port },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    // Its log is written as in life, and read by nobody.
    child.stdout?.resume();
    const broker = new BrokerProcess(`http://127.0.0.1:${port}`, child);
    await eventually(() => broker.#isReady(), 30_000);
    return broker;
  }

  /** From now on its turns are watched. */
  watchTurns(): void {
    this.child.send('watch');
  }

  /** What it used so far; its longest turn since it was asked last. */
  async use(): Promise<ProcessUse> {
    const answer = once(this.child, 'message') as Promise<[ProcessUse]>;
    this.child.send('use');
    return (await answer)[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }

  async #isReady(): Promise<boolean> {
    if (this.child.exitCode !== null) throw new Error('A broker did not start: is `dist` built?');
    const answer = await fetch(`${this.url}/health/ready`).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok === true;
  }
}
