import type { DatabaseTime } from '../database-time.js';
import { ObservedDatabaseTime } from '../internal/observed-database-time.js';

/** Puts a replica where it has watched the database's clock for a day without a step: stored ends that a spec moves count. */
export function hasWatchedTheClock(time: DatabaseTime): void {
  if (!(time instanceof ObservedDatabaseTime)) throw new Error('not the time of a real store');
  time.evidence = () => ({
    latest: new Date(Date.now() + 5_000),
    steadySince: new Date(Date.now() - 86_400_000),
  });
  time.steadySeconds = () => 86_400;
}
