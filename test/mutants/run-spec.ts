import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';

/** A spec that hangs with a fault has noticed the fault. */
const limitMilliseconds = 900_000;

export type SpecResult =
  | { readonly kind: 'passed' }
  /** The title of the first test that failed, or why the spec did not run to its end. */
  | { readonly kind: 'failed'; readonly title: string }
  /** No test ran: the path fits no spec, or every test was skipped. */
  | { readonly kind: 'empty' };

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/**
 * Runs one spec with Jest in the folder, on the PostgreSQL server that the environment announces.
 * @throws AbortError where the signal is aborted meanwhile
 */
export async function runSpec(folder: string, spec: string, stop: AbortSignal): Promise<SpecResult> {
  const output = join(folder, 'result.json');
  await rm(output, { force: true });
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join('node_modules', 'jest', 'bin', 'jest.js'),
    '--runInBand',
    '--forceExit',
    // The server is started once for all runs.
    ...['--globalSetup', './test/mutants/no-server.mjs', '--globalTeardown', './test/mutants/no-server.mjs'],
    ...['--reporters', './test/mutants/no-reporter.cjs', '--json', '--outputFile', output],
    ...['--runTestsByPath', spec],
  ];
  const child = spawn(execPath, args, {
    cwd: folder,
    stdio: 'ignore',
    timeout: limitMilliseconds,
    signal: stop,
  });
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.Signals | null>();
  child.once('error', reject);
  child.once('close', (_code, signal) => {
    resolve(signal);
  });
  const signal = await promise;
  const text = await readFile(output, 'utf8').catch(() => null);
  if (text === null) return { kind: 'failed', title: `the spec ended with ${signal ?? 'no result'}` };
  return judge(JSON.parse(text) as Report);
}

function judge({ testResults, numPassedTests }: Report): SpecResult {
  for (const { assertionResults, status, message } of testResults) {
    const failed = assertionResults.find((each) => each.status === 'failed');
    if (failed !== undefined) return { kind: 'failed', title: failed.fullName };
    if (status === 'failed') return { kind: 'failed', title: `the spec did not run: ${firstLine(message)}` };
  }
  return numPassedTests === 0 ? { kind: 'empty' } : { kind: 'passed' };
}

function firstLine(message: string): string {
  return (
    message
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? 'no message'
  );
}
