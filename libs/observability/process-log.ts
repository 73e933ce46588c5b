import { hostname } from 'node:os';
import { stdTimeFunctions } from 'pino';
import { SystemClock } from '#kernel';
import { LogOutput } from './internal/log-output.js';
import type { LogDestination } from './log-options.js';

/** What is not written by then is lost: the process ends in time. */
const exitMilliseconds = 500;

const outputs = new Map<number, LogOutput>();
let droppedLines = 0;
let tellDropped: ((lines: number) => void) | null = null;

/**
 * Where this process's log lines go: 1, standard output, or 2, standard error. Writing never waits, never throws and keeps a
 * bounded number of bytes; lines that the reader or the disk does not take are dropped and counted. At exit what is left
 * is written within half a second.
 */
export function processLog(descriptor: 1 | 2): LogDestination {
  const present = outputs.get(descriptor);
  if (present !== undefined) return present;
  const clock = new SystemClock();
  const output = new LogOutput({ descriptor, clock, noteOf: noteOfDropped, onDropped: count });
  if (outputs.size === 0) process.once('exit', endAtExit);
  outputs.set(descriptor, output);
  return output;
}

/** Calls back with how many lines were dropped so far, and from now on with how many more. */
export function onLogLinesDropped(callback: (lines: number) => void): void {
  tellDropped = callback;
  if (droppedLines > 0) callback(droppedLines);
}

/** Resolves once the lines of this process are written, or when the time is over. Never rejects. */
export async function flushProcessLog(milliseconds: number): Promise<void> {
  await Promise.all([...outputs.values()].map((output) => output.flush(milliseconds)));
}

/**
 * A stream of Node's own, such as the one an early warning is printed on, raises an error that nobody listens to when its
 * reader has gone: that must not end the process.
 */
export function ignoreBrokenOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function count(lines: number): void {
  droppedLines += lines;
  tellDropped?.(lines);
}

function noteOfDropped(lines: number): string {
  const fields = `"pid":${String(process.pid)},"hostname":${JSON.stringify(hostname())},"context":"Log"`;
  const words = lines === 1 ? '1 line was dropped' : `${String(lines)} lines were dropped`;
  return `{"level":"warn"${stdTimeFunctions.isoTime()},${fields},"droppedLines":${String(lines)},"msg":"${words}"}\n`;
}

/** Node waits at exit for a write that was begun: one that does not return is ended with the process. */
function endAtExit(): void {
  const each = [...outputs.values()].map((output) => output.flushAtExit(exitMilliseconds));
  if (each.includes(false)) process.kill(process.pid, 'SIGKILL');
}
