import { spawn } from 'node:child_process';

/** How a program ended, and everything it wrote. */
export interface ProgramEnd {
  /** null: a signal ended it */
  readonly code: number | null;
  readonly output: string;
}

/** Runs Node.js with these arguments. */
export async function runProgram(folder: string, args: readonly string[]): Promise<ProgramEnd> {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
