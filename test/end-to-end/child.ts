import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A program of this project as its own process, as it is built. */
export interface Child {
  /** All it wrote so far, both streams. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** How long its main thread has been ready to run while others had the processors; 0 where the system does not tell. */
  heldUpMilliseconds(): number;
  /** Resolves to its exit code when it has ended. */
  readonly ended: Promise<number | null>;
}

/** @param variables its whole environment, beside what a program needs to run at all */
export function startChild(
  program: string,
  args: readonly string[],
  variables: Record<string, string>,
): Child {
  if (program.startsWith('dist/') && !existsSync(`${root}${program}`)) {
    throw new Error(`${program} is not built: npm test does that first`);
  }
  const child = spawn(execPath, [`${root}${program}`, ...args], {
    cwd: root,
    env: { PATH: env['PATH'] ?? '', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => written.push(chunk));
  return {
    output: () => Buffer.concat(written).toString('utf8'),
    signal: (name) => {
      child.kill(name);
    },
    heldUpMilliseconds: () => heldUpMilliseconds(child.pid),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}

/** Linux tells of each thread: nanoseconds it ran, nanoseconds it waited to run, and how often. */
function heldUpMilliseconds(processId: number | undefined): number {
  const file = `/proc/${String(processId)}/task/${String(processId)}/schedstat`;
  if (!existsSync(file)) return 0;
  return Number(readFileSync(file, 'utf8').split(' ')[1]) / 1e6;
}
