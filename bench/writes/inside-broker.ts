/**
 * Loaded into a broker before anything of its own. It tells its parent what the process used and how long it was busy
 * without a turn, and ends it should the parent be gone.
 */
import process, { cpuUsage, exit, threadCpuUsage } from 'node:process';
import { performance } from 'node:perf_hooks';

export interface ProcessUse {
  /** Monotonic milliseconds since the process started. */
  readonly at: number;
  /** Milliseconds of CPU of all its threads. */
  readonly cpu: number;
  /** The most that its main thread used between two turns of the event loop: no task took longer. */
  readonly longestTurn: number;
}

const lookMilliseconds = 5;

let longestTurn = 0;
let usedBefore = mainThread();

setInterval(() => {
  const used = mainThread();
  longestTurn = Math.max(longestTurn, used - usedBefore);
  usedBefore = used;
}, lookMilliseconds).unref();

process.on('message', (question) => {
  if (question !== 'use') return;
  const { user, system } = cpuUsage();
  process.send?.({ at: performance.now(), cpu: (user + system) / 1_000, longestTurn } satisfies ProcessUse);
  longestTurn = 0;
});
process.on('disconnect', () => {
  exit(1);
});
// The channel alone keeps no process alive that wants to end.
process.channel?.unref();

function mainThread(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1_000;
}
