import type { Clock } from '#kernel';
import { DatabaseTime } from '../database-time.js';

/** A database whose time is this clock's. */
export class ClockTime extends DatabaseTime {
  constructor(private readonly clock: Clock) {
    super();
  }

  override now(): Date {
    return this.clock.now();
  }

  override nowMilliseconds(): number {
    return this.clock.now().getTime();
  }

  override steadySeconds(): number {
    return Infinity;
  }
}
