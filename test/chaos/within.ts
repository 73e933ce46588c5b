import { setTimeout as wait } from 'node:timers/promises';

/** The result, or null where it does not come in time. Never rejects. */
export async function within<Result>(milliseconds: number, promise: Promise<Result>): Promise<Result | null> {
  const over = new AbortController();
  const late = wait(milliseconds, null, { signal: over.signal }).catch(() => null);
  try {
    return await Promise.race([promise.catch(() => null), late]);
  } finally {
    over.abort();
  }
}
