import { threadCpuUsage } from 'node:process';

const sampleMicroseconds = 100_000;

/**
 * How long an action takes on a machine that does nothing else.
 * @returns elapsed milliseconds, divided by how many times slower this machine is now
 * @throws what the action throws
 */
export async function idleMilliseconds(act: () => Promise<unknown>): Promise<number> {
  const before = slowness();
  const from = performance.now();
  await act();
  const elapsed = performance.now() - from;
  return elapsed / Math.max(before, slowness());
}

/** How many times slower than alone a busy thread runs at this moment: the elapsed time of a sample by its CPU time, at least 1. */
export function slowness(): number {
  const from = performance.now();
  const usageBefore = threadCpuUsage();
  let used = 0;
  while (used < sampleMicroseconds) {
    const { user, system } = threadCpuUsage(usageBefore);
    used = user + system;
  }
  return Math.max(1, ((performance.now() - from) * 1_000) / used);
}
