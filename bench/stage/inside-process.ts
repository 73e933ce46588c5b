/**
 * Loaded into a program before anything of its own: it changes nothing of what that does, tells its parent what the process
 * holds and uses and, from when it is asked to watch, how long its event loop went without a turn; and it ends the
 * process should the parent be gone.
 */
import process, { cpuUsage, exit, memoryUsage, threadCpuUsage } from 'node:process';
import { performance } from 'node:perf_hooks';

/** What a process holds after a garbage collection. */
export interface Holdings {
  /** Bytes of objects and strings, and of what they keep outside of the heap. */
  readonly used: number;
}

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
  if (question === 'use') process.send?.(useSoFar());
  if (question === 'hold') process.send?.(holdings());
});
process.once('disconnect', () => exit(1));

function useSoFar(): ProcessUse {
  const { user, system } = cpuUsage();
  const use = { at: performance.now(), cpu: (user + system) / 1_000, longestTurn };
  longestTurn = 0;
  return use;
}

function holdings(): Holdings {
  // The second one takes what the finalizers of the first let go.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = memoryUsage();
  return { used: heapUsed + external };
}

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
