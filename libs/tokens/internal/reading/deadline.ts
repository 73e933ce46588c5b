import type { Clock } from '#kernel';

/** The moment until which a caller waits, on the monotonic clock. */
export class Deadline {
  readonly #setAt: number;
  readonly #at: number;

  constructor(
    private readonly clock: Clock,
    milliseconds: number,
  ) {
    this.#setAt = clock.monotonicMilliseconds();
    this.#at = this.#setAt + milliseconds;
  }

  /** How long its caller has waited so far. */
  waitedSeconds(): number {
    return (this.clock.monotonicMilliseconds() - this.#setAt) / 1_000;
  }

  remainingMilliseconds(): number {
    return Math.max(0, this.#at - this.clock.monotonicMilliseconds());
  }

  passed(): boolean {
    return this.remainingMilliseconds() === 0;
  }

  /** @returns the work's result, or null where the deadline came first; the work itself goes on. */
  async orNull<Result>(work: Promise<Result>): Promise<Result | null> {
    const late = Promise.withResolvers<null>();
    // No signal: aborting one makes an error with its stack, and every read waits here.
    const cancel = this.clock.after(this.remainingMilliseconds(), () => {
      late.resolve(null);
    });
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      cancel();
    }
  }
}
