import type { Clock } from '#kernel';

/**
 * Calls again and again, so long apart, whatever a call is doing meanwhile. A call must not throw.
 * @returns a function that ends it
 */
export function every(clock: Clock, milliseconds: number, call: () => void): () => void {
  const next = (): (() => void) =>
    clock.after(milliseconds, () => {
      cancel = next();
      call();
    });
  let cancel = next();
  return () => {
    cancel();
  };
}
