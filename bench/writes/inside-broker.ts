/**
 * Loaded into a broker before anything of its own. It tells its parent what the process used and, from when it is asked to
 * watch, how long its event loop went without a turn; and it ends the process should the parent be gone.
 */
import process, { cpuUsage, exit, threadCpuUsage } from 'node:process';
import { performance } from 'node:perf_hooks';

export interface ProcessUse {
  /** Monotonic milliseconds since the process started. */
  readonly at: number;
  /** Milliseconds of CPU of all its threads. */
  readonly cpu: number;
  /** The most that its main thread used between two turns of the event loop since it was asked last: no task took longer. */
  readonly longestTurn: number;
}

const lookMilliseconds = 5;

let longestTurn = 0;

process.on('message', (question) => {
  if (question === 'watch') watch();
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

/** Costs more than a broker that has nothing to do. */
function watch(): void {
  let usedBefore = mainThread();
  setInterval(() => {
    const used = mainThread();
    longestTurn = Math.max(longestTurn, used - usedBefore);
    usedBefore = used;
  }, lookMilliseconds).unref();
}

/** Milliseconds of CPU. */
function mainThread(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1_000;
}
