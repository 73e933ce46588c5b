import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const deadlineMilliseconds = 120_000;
const hooks = new URL('../../../../test/postgres/typescript-imports.mjs', import.meta.url).href;

/** Runs the broker from its sources: arguments of Node, and the folder to start it in. */
export const brokerCommand = { cwd: root, command: ['--import', hooks, 'apps/token-broker/src/main.ts'] };

/** A broker as it is run: a process with an environment, that writes lines and ends with a code. */
export class BrokerProcess {
  readonly ended: Promise<number | null>;
  output = '';
  readonly #child: ReturnType<typeof spawn>;

  /** @param environment all that it sees: nothing is taken over from the spec's own */
  constructor(environment: Readonly<Record<string, string>>) {
    const { PATH = '' } = process.env;
    const { cwd, command } = brokerCommand;
    this.#child = spawn(process.execPath, command, {
      cwd,
      env: { PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  /** What it wrote, as soon as that matches. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const late = performance.now() + deadlineMilliseconds;
    while (performance.now() < late) {
      const match = pattern.exec(this.output);
      if (match !== null) return match;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the broker did not say ${String(pattern)}, but:\n${this.output}`);
  }

  async listensOn(): Promise<number> {
    const [, port] = await this.says(/"msg":"listening".*?"port":(\d+)/);
    return Number(port);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** For the end of a spec: nothing is left behind. */
  async discard(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
