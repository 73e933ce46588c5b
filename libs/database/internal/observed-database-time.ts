import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { DatabaseTime } from '../database-time.js';
import { ClockContinuity, type ClockEvidence } from './clock-continuity.js';

/** The two clocks drift apart by no more than this. */
const driftPerMillisecond = 1e-4;
/** A reading that much behind is no slow answer: the database's clock was set back, or it is another database. */
const stepMilliseconds = 1_000;

/**
 * A reading is as old as its answer was under way, so the one that was quickest is the best: slower ones only seem to
 * set the clock back, which would make a question sent before a caller came look like one sent after.
 */
@Injectable()
export class ObservedDatabaseTime extends DatabaseTime {
  #zero = Number.NaN;
  #observedAt = 0;
  readonly #continuity = new ClockContinuity();

  constructor(private readonly clock: Clock) {
    super();
  }

  override now(): Date {
    return new Date(this.nowMilliseconds());
  }

  override nowMilliseconds(): number {
    return Number.isNaN(this.#zero) ? 0 : this.#zero + this.clock.monotonicMilliseconds();
  }

  override steadySeconds(): number {
    return this.#continuity.steadySeconds(this.clock.monotonicMilliseconds());
  }

  /** Another server's clock is no guide to this one's: the next reading is taken as it is. */
  forget(): void {
    this.#observedAt = -Infinity;
  }

  /** Learns from what was just read, and passes it on. */
  observed<Read extends { readonly readAt: Date }>(read: Read): Read {
    const here = this.clock.monotonicMilliseconds();
    const seen = read.readAt.getTime() - here;
    const known = this.#zero - (here - this.#observedAt) * driftPerMillisecond;
    this.#zero = known - seen < stepMilliseconds ? Math.max(known, seen) : seen;
    this.#observedAt = here;
    this.#continuity.observe(read.readAt.getTime(), here);
    return read;
  }

  /**
   * To be asked before the statement that compares a stored end is sent: a step since then must not pass for time.
   * @param lengthSeconds the longest time that the end may have been away when it was stored
   */
  evidence(lengthSeconds: number): ClockEvidence {
    return this.#continuity.evidence(lengthSeconds, this.clock.monotonicMilliseconds());
  }

  /** By how many seconds the database's clock was seen to be set back, less what was made up for since. */
  get secondsBack(): number {
    return this.#continuity.secondsBack;
  }

  /** Whether the database's clock was seen to be set back within the last two minutes. */
  get hasJustSteppedBack(): boolean {
    return this.#continuity.hasJustSteppedBack(this.clock.monotonicMilliseconds());
  }

  madeUpFor(seconds: number): void {
    this.#continuity.madeUpFor(seconds);
  }
}
