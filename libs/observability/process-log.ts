import { hostname } from 'node:os';
import { stdTimeFunctions } from 'pino';
import { SystemClock } from '#kernel';
import { LogOutput } from './internal/log-output.js';
import type { LogDestination } from './log-options.js';

/** Lines that are not written by then are lost, so that the process ends in time. */
const exitMilliseconds = 500;

const outputs = new Map<number, LogOutput>();
let droppedLines = 0;
let tellDropped: ((lines: number) => void) | null = null;

/**
 * Writes this process's log lines to 1, standard output, or 2, standard error. Writing never waits or throws and
 * buffers a bounded number of bytes; lines that the reader or the disk does not take are dropped and counted. The
 * rest is written at exit, within half a second.
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

/** Calls back with the number of lines dropped so far, and then with each further number. */
export function onLogLinesDropped(callback: (lines: number) => void): void {
  tellDropped = callback;
  if (droppedLines > 0) callback(droppedLines);
}

/** Resolves once all lines are written, or when the time is over. Never rejects. */
export async function flushProcessLog(milliseconds: number): Promise<void> {
  await Promise.all([...outputs.values()].map((output) => output.flush(milliseconds)));
}

/**
 * Streams of Node.js, such as the one for early warnings, emit an error without a listener when their reader has
 * gone. That must not end the process.
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

/** Node.js waits at exit for a started write: a write that does not return is ended with the process. */
function endAtExit(): void {
  const each = [...outputs.values()].map((output) => output.flushAtExit(exitMilliseconds));
  if (each.includes(false)) process.kill(process.pid, 'SIGKILL');
}
