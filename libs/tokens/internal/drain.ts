import type { Clock } from '#kernel';
import { Deadline } from './deadline.js';

/** The whole drain of a stopping process takes less than the 25 s it is granted. */
const drainMilliseconds = 20_000;

/** Waits for what is under way, failures too, but not longer than a stopping process may. */
export async function drained(clock: Clock, underWay: Iterable<Promise<unknown>>): Promise<void> {
  await new Deadline(clock, drainMilliseconds).orNull(Promise.allSettled(underWay));
}
