/**
 * Loaded into a program before anything of its own: it changes nothing of what that does, tells its parent what the process
 * holds and uses and, from when it is asked to watch, the longest task of its event loop; and it ends the process should the
 * parent be gone.
 */
import { AsyncResource, createHook, executionAsyncResource } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import process, { cpuUsage, exit, memoryUsage, threadCpuUsage } from 'node:process';

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
  /** The most that one task of its main thread used since it was asked last, in milliseconds of CPU: no task took longer. */
  readonly longestTask: number;
}

let longestTask = 0;

process.on('message', (question) => {
  if (question === 'watch') watch();
  if (question === 'use') process.send?.(useSoFar());
  if (question === 'hold') process.send?.(holdings());
  // Whoever may ask keeps the process going, also one that has done its work.
  if (question === 'release') process.channel?.unref();
});
process.once('disconnect', () => exit(1));

function useSoFar(): ProcessUse {
  const { user, system } = cpuUsage();
  const use = { at: performance.now(), cpu: (user + system) / 1_000, longestTask };
  longestTask = 0;
  return use;
}

function holdings(): Holdings {
  // The second one takes what the finalizers of the first let go.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = memoryUsage();
  return { used: heapUsed + external };
}

/**
 * A task is one call of the event loop into JavaScript with all its ticks and microtasks; what passes until the next one, the
 * garbage collector's part among it, counts to it. Costs about 2 µs each: promises are not tracked.
 */
function watch(): void {
  let from = mainThread();
  let depth = 0;
  createHook({
    trackPromises: false,
    before: () => {
      if (depth === 0 && isCallOfTheLoop(executionAsyncResource())) {
        const now = mainThread();
        longestTask = Math.max(longestTask, now - from);
        from = now;
      }
      depth += 1;
    },
    after: () => {
      // It may have been asked to watch within a call.
      depth = Math.max(0, depth - 1);
    },
  }).enable();
}

/** Neither a tick, which is a plain object, nor a microtask or what a library calls in another's name: they belong to a call. */
function isCallOfTheLoop(resource: object): boolean {
  return Object.getPrototypeOf(resource) !== Object.prototype && !(resource instanceof AsyncResource);
}

/** Milliseconds of CPU. */
function mainThread(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1_000;
}
