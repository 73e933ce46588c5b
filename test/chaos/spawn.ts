import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const inside = fileURLToPath(new URL('./inside-process.ts', import.meta.url));

const living = new Set<ChildProcess>();

// One that is stopped just then would not notice that this process is gone.
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/**
 * Starts a program of this project as it is built, in a process of its own that ends with this one.
 * @param variables its whole environment, beside what a program needs to run at all
 */
export function spawnProgram(program: string, variables: Readonly<Record<string, string>>): ChildProcess {
  if (!existsSync(`${root}${program}`)) {
    throw new Error(`${program} is not built: npm test and npm run chaos do that first.`);
  }
  const child = spawn(execPath, ['--expose-gc', '--import', inside, `${root}${program}`], {
    cwd: root,
    env: { PATH: env['PATH'] ?? '', ...variables },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  living.add(child);
  child.once('exit', () => living.delete(child));
  return child;
}
