import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { env, execPath } from 'node:process';
import { eventually } from '#kernel/testing';
import { freePort } from '../../apps/local/src/free-port.js';

export interface SiblingAnswer {
  readonly status: number;
  readonly text: string;
}

/** A service of the platform in a process of its own, which listens on the port it is given and shares nothing with us. */
export class SiblingService implements AsyncDisposable {
  #written = '';

  private constructor(
    private readonly url: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#written += chunk.toString('utf8');
      });
    }
  }

  static async start(
    program: string,
    variables: Readonly<Record<string, string>>,
    folder: string,
  ): Promise<SiblingService> {
    const port = String(await freePort());
    const child = spawn(execPath, [program], {
      cwd: folder,
      env: { PATH: env['PATH'] ?? '', ...variables, PORT: port },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new SiblingService(`http://127.0.0.1:${port}`, child);
    await eventually(() =>
      fetch(service.url).then(
        () => true,
        () => service.#throwIfEnded(),
      ),
    );
    return service;
  }

  /** Everything it has written so far: a service that is well writes nothing. */
  get written(): string {
    return this.#written;
  }

  async ask(path: string): Promise<SiblingAnswer> {
    const response = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(60_000) });
    return { status: response.status, text: await response.text() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  #throwIfEnded(): false {
    if (this.child.exitCode === null) return false;
    throw new Error(`the service ended: ${this.#written}`);
  }
}
