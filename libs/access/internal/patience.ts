import type { Clock } from '#kernel';

const waitedEnough = Symbol('waitedEnough');

/**
 * What the work brings, or undefined after so long; the work itself goes on, and its later failure is nobody's.
 * It rejects as the work does, where that comes in time.
 */
export async function inTime<Result>(
  work: Promise<Result>,
  milliseconds: number,
  clock: Clock,
): Promise<Result | undefined> {
  const done = new AbortController();
  const patience = clock.sleep(milliseconds, done.signal).then(() => waitedEnough);
  work.catch(() => undefined);
  try {
    const first = await Promise.race([work, patience]);
    return first === waitedEnough ? undefined : (first as Result);
  } finally {
    done.abort();
  }
}
