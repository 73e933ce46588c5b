import type { Clock } from '#kernel';

const firstPauseMilliseconds = 5_000;
const longestPauseMilliseconds = 60_000;
/** Nine minutes altogether. */
const mostPauses = 12;

/** While Deskera or the database is away all workers wait together, longer each time; at last they give up. */
export class AwayGate {
  #pause = firstPauseMilliseconds;
  #openAt = -Infinity;
  #pauses = 0;

  constructor(private readonly clock: Clock) {}

  /** The rest of the file would only meet with the same. */
  get gaveUp(): boolean {
    return this.#pauses >= mostPauses;
  }

  /** Waits until it is worth asking. */
  async pass(signal: AbortSignal): Promise<void> {
    const wait = this.#openAt - this.clock.monotonicMilliseconds();
    if (wait > 0) await this.clock.sleep(wait, signal);
  }

  answered(): void {
    this.#pause = firstPauseMilliseconds;
    this.#pauses = 0;
  }

  /** Several at once are one pause. */
  away(retryAfterSeconds = 0): void {
    const now = this.clock.monotonicMilliseconds();
    if (now < this.#openAt) return;
    const pause = Math.max(this.#pause, retryAfterSeconds * 1_000);
    this.#openAt = now + Math.min(pause, longestPauseMilliseconds);
    this.#pause = Math.min(this.#pause * 2, longestPauseMilliseconds);
    this.#pauses += 1;
  }
}
