/** A smaller step shortens a wait by no more than itself. A slow answer must not look like a step. */
const stepMilliseconds = 5_000;
/** A clock that is slewed gains or loses no more than this. */
const slewPerMillisecond = 1e-3;
/** What was computed before a step is saved within so long. */
const lateSaveMilliseconds = 120_000;

/** How far the database's clock may be trusted when a stored end is compared with it. */
export interface ClockEvidence {
  /** Ends are compared with no later time than this, whatever the database's clock says; null: nothing is known. */
  readonly latest: Date | null;
  /** The database's time since which its clock has not been seen to step; null: it was never read. */
  readonly steadySince: Date | null;
}

/**
 * Compares the database's clock with this process's monotonic one. After a step of the database's clock, an end that was
 * stored before says nothing until its full length has passed on the monotonic clock.
 */
export class ClockContinuity {
  /** The database's time at the monotonic zero, as last read. */
  #zero = Number.NaN;
  /** The same before the first step forward that still matters. */
  #zeroBefore = Infinity;
  #readAt = 0;
  #since = 0;
  #backMilliseconds = 0;
  #steppedBackAt = -Infinity;

  /** @param databaseMilliseconds what its clock said; @param here monotonic milliseconds when the answer arrived */
  observe(databaseMilliseconds: number, here: number): void {
    const zero = databaseMilliseconds - here;
    const tolerance = this.#tolerance(here);
    if (Number.isNaN(this.#zero)) this.#since = here;
    else if (Math.abs(zero - this.#zero) > tolerance) {
      this.#zeroBefore = Math.min(this.#zeroBefore, this.#zero);
      this.#since = here;
      if (zero < this.#zero) this.#stepBack(this.#zero - zero, here);
    } else {
      // A slower answer only seems to set the clock back.
      this.#zero = Math.max(zero, this.#zero - (here - this.#readAt) * slewPerMillisecond);
      this.#readAt = here;
      return;
    }
    this.#zero = zero;
    this.#readAt = here;
  }

  /** @param lengthSeconds the longest time for which an end that was stored before a step still counts */
  evidence(lengthSeconds: number, here: number): ClockEvidence {
    if (Number.isNaN(this.#zero)) return { latest: null, steadySince: null };
    if (here - this.#since >= lengthSeconds * 1_000) this.#zeroBefore = Infinity;
    return {
      latest: new Date(Math.min(this.#zero, this.#zeroBefore) + here + this.#tolerance(here)),
      steadySince: new Date(this.#zero + this.#since),
    };
  }

  /** For how long the clock has not been seen to step; 0: it was never read. */
  steadySeconds(here: number): number {
    return Number.isNaN(this.#zero) ? 0 : (here - this.#since) / 1_000;
  }

  /** Whether a step back was seen so short a time ago that what was computed before it may still be saved. */
  hasJustSteppedBack(here: number): boolean {
    return here - this.#steppedBackAt < lateSaveMilliseconds;
  }

  /** By how many seconds the clock was seen to be set back, less what was made up for since; 0: not at all. */
  get secondsBack(): number {
    return this.#backMilliseconds / 1_000;
  }

  madeUpFor(seconds: number): void {
    this.#backMilliseconds = Math.max(0, this.#backMilliseconds - seconds * 1_000);
  }

  #stepBack(milliseconds: number, here: number): void {
    this.#backMilliseconds += milliseconds;
    this.#steppedBackAt = here;
  }

  #tolerance(here: number): number {
    return stepMilliseconds + Math.max(here - this.#readAt, 0) * slewPerMillisecond;
  }
}
