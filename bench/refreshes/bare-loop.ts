import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = fileURLToPath(new URL('./bare-loop-process.ts', import.meta.url));
const imports = './test/postgres/typescript-imports.mjs';

export interface BareLoopOptions {
  readonly databaseUrl: string;
  readonly deskeraUrl: string;
  readonly atOnce: number;
  readonly poolSize: number;
}

/** What a refresh can't do without, as fast as it goes: what the broker is measured against. */
export class BareLoop implements Disposable {
  private constructor(private readonly child: ChildProcess) {}

  static async start(options: BareLoopOptions): Promise<BareLoop> {
    const child = spawn(execPath, ['--import', imports, program], {
      cwd: root,
      env: {
        PATH: env['PATH'] ?? '',
        BARE_DATABASE_URL: options.databaseUrl,
        BARE_DESKERA_URL: options.deskeraUrl,
        BARE_AT_ONCE: String(options.atOnce),
        BARE_POOL_SIZE: String(options.poolSize),
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await heard(child);
    return new BareLoop(child);
  }

  /** Resolves when all that was due is refreshed. */
  async run(): Promise<void> {
    this.child.send('run');
    await heard(this.child);
  }

  /** Milliseconds of CPU that it has used so far. */
  async cpu(): Promise<number> {
    this.child.send('cpu');
    return (await heard(this.child)) as number;
  }

  [Symbol.dispose](): void {
    this.child.disconnect();
  }
}

async function heard(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('The bare loop ended by itself.');
  });
  ended.catch(() => undefined);
  const message = once(child, 'message', { signal: over.signal }) as Promise<[unknown]>;
  const [word] = await Promise.race([message, ended]);
  over.abort();
  return word;
}
