import type { Clock } from '#kernel';

/** How long ago an instant of the monotonic clock was: how a local moment becomes a time of the database's. */
export function secondsSince(monotonicMilliseconds: number, clock: Clock): number {
  return (clock.monotonicMilliseconds() - monotonicMilliseconds) / 1_000;
}
