import type { Clock } from '#kernel';

/** Time after which a sweep without a look counts as hanging or not started. */
const lateSeconds = 60;

/** How far upkeep is behind. When a look fails, hangs or is missing, the lag grows from the last successful look. */
export class UpkeepLag {
  #lagSeconds: number | null = null;
  /** Monotonic milliseconds of the last successful look, or of the first sweep. */
  #lookedAt: number | null = null;
  #hasFailed = false;

  constructor(private readonly clock: Clock) {}

  /** A sweep begins: from now on upkeep can be late. */
  isAsked(): void {
    this.#lookedAt ??= this.clock.monotonicMilliseconds();
  }

  /** @param lagSeconds seconds for which the longest due connection was due */
  looked(lagSeconds: number): void {
    this.#lagSeconds = lagSeconds;
    this.lookedAgain();
  }

  /** The same sweep continues, and its database answers. */
  lookedAgain(): void {
    this.#hasFailed = false;
    this.#lookedAt = this.clock.monotonicMilliseconds();
  }

  failed(): void {
    this.#hasFailed = true;
  }

  /** Whether the last value may be outdated. */
  isUnknown(): boolean {
    return this.#hasFailed || this.#secondsSinceLook() > lateSeconds;
  }

  /** Null if no sweep has looked yet and none is late. */
  seconds(): number | null {
    if (!this.isUnknown()) return this.#lagSeconds;
    return (this.#lagSeconds ?? 0) + this.#secondsSinceLook();
  }

  #secondsSinceLook(): number {
    return this.#lookedAt === null ? 0 : (this.clock.monotonicMilliseconds() - this.#lookedAt) / 1_000;
  }
}
