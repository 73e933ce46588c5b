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
const firstPauseSeconds = 2;
const longestPauseSeconds = 30;

/**
 * Stops calls to a host that has failed many times in a row, then lets one probe through at a time; each failed probe
 * doubles the pause. Our own and not cockatiel's, which measures its pauses on the wall clock.
 */
export class Breaker {
  #failures = 0;
  #openings = 0;
  #openUntil: number | null = null;
  #openSince: Date | null = null;
  #probing = false;

  constructor(private readonly clock: Clock) {}

  /** When it opened first since the host last answered; null: calls go through. */
  get openSince(): Date | null {
    return this.#openSince;
  }

  /** @returns a permit, or in how many whole seconds it makes sense to ask again */
  admit(): Permit | number {
    if (this.#openUntil === null) return this.#permit(false);
    const pause = this.#openUntil - this.clock.monotonicMilliseconds();
    if (pause > 0) return Math.ceil(pause / 1_000);
    if (this.#probing) return 1;
    this.#probing = true;
    return this.#permit(true);
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
        if (probe) this.#probing = false;
      },
    };
  }

  #close(): void {
    this.#failures = 0;
    this.#openings = 0;
    this.#openUntil = null;
    this.#openSince = null;
    this.#probing = false;
  }

  /** A call from before it opened that fails only now tells nothing new. */
  #countFailure(probe: boolean): void {
    if (probe) this.#probing = false;
    if (this.#openUntil !== null && !probe) return;
    this.#failures += 1;
    if (this.#failures >= failuresToOpen) this.#open();
  }

  #open(): void {
    const pauseSeconds = Math.min(firstPauseSeconds * 2 ** this.#openings, longestPauseSeconds);
    this.#openings = Math.min(this.#openings + 1, 10);
    this.#openSince ??= this.clock.now();
    const jittered = pauseSeconds * 1_000 * randomBetween(0.5, 1);
    this.#openUntil = this.clock.monotonicMilliseconds() + jittered;
  }
}
