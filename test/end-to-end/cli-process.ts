import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/apps/token-broker/src/cli.js', import.meta.url));

export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the built command line: a process that answers on standard output and ends with a code.
 * @param environment all that it sees: nothing is taken over from the spec's own
 */
export async function runCliProcess(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CliEnd> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      end[name] += text;
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...end };
}
