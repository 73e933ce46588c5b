import { randomBetween, type Clock } from '#kernel';

/** One call that may be made. Exactly one of its methods is called when it has ended. */
export interface Permit {
  /** The host gave an answer, whichever. */
  answered(): void;
  /** The host could not be reached, gave none, or failed. */
  failed(): void;
  /** Nothing was learned of the host. */
  unused(): void;
}

const failuresToOpen = 10;
const firstPauseSeconds = 1;
/** A probe costs little; a long pause would be the longest part of a short outage. */
const longestPauseSeconds = 4;

/**
 * Stops calls to a host that has failed many times in a row, then lets a probe through now and then; each failed one
 * doubles the pause. A probe that gets no answer for long holds up no other. Our own and not cockatiel's, which measures
 * its pauses on the wall clock.
 */
export class Breaker {
  #failures = 0;
  #openings = 0;
  #openUntil: number | null = null;
  #openSince: Date | null = null;
  #askedAt: number;

  constructor(private readonly clock: Clock) {
    this.#askedAt = clock.monotonicMilliseconds();
  }

  /** When it opened first since the host last answered; null: calls go through. */
  get openSince(): Date | null {
    return this.#openSince;
  }

  /** Whether `admit` would give a permit. */
  get admits(): boolean {
    return this.#pauseMilliseconds() <= 0;
  }

  /** @returns a permit, or in how many whole seconds it makes sense to ask again */
  admit(): Permit | number {
    this.#askedAt = this.clock.monotonicMilliseconds();
    const pause = this.#pauseMilliseconds();
    if (pause > 0) return Math.ceil(pause / 1_000);
    const probe = this.#openUntil !== null;
    if (probe) this.#pauseAgain();
    return this.#permit(probe);
  }

  /** Since somebody wanted a permit. */
  get idleMilliseconds(): number {
    return this.clock.monotonicMilliseconds() - this.#askedAt;
  }

  #pauseMilliseconds(): number {
    return this.#openUntil === null ? 0 : this.#openUntil - this.clock.monotonicMilliseconds();
  }

  #permit(probe: boolean): Permit {
    return {
      answered: () => {
        this.#close();
      },
      failed: () => {
        this.#countFailure(probe);
      },
      unused: () => {
        if (probe && this.#openUntil !== null) this.#openUntil = this.clock.monotonicMilliseconds();
      },
    };
  }

  #close(): void {
    this.#failures = 0;
    this.#openings = 0;
    this.#openUntil = null;
    this.#openSince = null;
  }

  /** A call from before it opened that fails only now tells nothing new. */
  #countFailure(probe: boolean): void {
    if (this.#openUntil !== null && !probe) return;
    this.#failures += 1;
    if (this.#failures < failuresToOpen) return;
    this.#openings = Math.min(this.#openings + 1, 10);
    this.#openSince ??= this.clock.now();
    this.#pauseAgain();
  }

  #pauseAgain(): void {
    const seconds = Math.min(firstPauseSeconds * 2 ** (this.#openings - 1), longestPauseSeconds);
    this.#openUntil = this.clock.monotonicMilliseconds() + seconds * 1_000 * randomBetween(0.5, 1);
  }
}
