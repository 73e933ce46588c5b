import type { Clock } from '#kernel';

const waitedEnough = Symbol('waitedEnough');

/**
 * The result of the work, or undefined after the given time; the work continues, and its later failure is ignored.
 * Rejects like the work if that fails in time.
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
