import type { ClientClock } from '../clock.js';

/** What the promise brings, or the signal's reason where that comes first; the promise is then left to itself. */
export async function until<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const { promise: left, reject } = Promise.withResolvers<never>();
  const leave = (): void => {
    reject(signal.reason as Error);
  };
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([left, promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** @throws the signal's reason */
export async function sleep(clock: ClientClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.after(milliseconds, () => {
    resolve(undefined);
  });
  try {
    await until(promise, signal);
  } finally {
    cancel();
  }
}
