import type { Clock } from '#kernel';

/** A sweep that has not looked for so long hangs, or was not begun. */
const lateSeconds = 60;

/**
 * How far upkeep is behind. A look that fails, hangs or is not made leaves no good figure standing: the lag grows from the last
 * look that succeeded.
 */
export class UpkeepLag {
  #lagSeconds: number | null = null;
  /** Monotonic milliseconds of the last look that succeeded, or of the first sweep that was asked for. */
  #lookedAt: number | null = null;
  #hasFailed = false;

  constructor(private readonly clock: Clock) {}

  /** A sweep is wanted: from now on there is something to be late with. */
  isAsked(): void {
    this.#lookedAt ??= this.clock.monotonicMilliseconds();
  }

  /** @param lagSeconds how long the connection had been due that was due longest */
  looked(lagSeconds: number): void {
    this.#lagSeconds = lagSeconds;
    this.lookedAgain();
  }

  /** The same sweep goes on, and its database answers. */
  lookedAgain(): void {
    this.#hasFailed = false;
    this.#lookedAt = this.clock.monotonicMilliseconds();
  }

  failed(): void {
    this.#hasFailed = true;
  }

  /** Whether the last figure may not be true any more. */
  isUnknown(): boolean {
    return this.#hasFailed || this.#secondsSinceLook() > lateSeconds;
  }

  /** Null where no sweep has looked yet, and none is late. */
  seconds(): number | null {
    if (!this.isUnknown()) return this.#lagSeconds;
    return (this.#lagSeconds ?? 0) + this.#secondsSinceLook();
  }

  #secondsSinceLook(): number {
    return this.#lookedAt === null ? 0 : (this.clock.monotonicMilliseconds() - this.#lookedAt) / 1_000;
  }
}
