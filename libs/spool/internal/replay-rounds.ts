/**
 * Rounds of a work one after the other. A round that is under way may have looked before the caller's matter was there:
 * what callers share is the next one.
 */
export class ReplayRounds<Result> {
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<Result> | null = null;

  /** @returns the result of a round that begins after this call; it may be another caller's */
  join(round: () => Promise<Result>): Promise<Result> {
    if (this.#next === null) {
      const next = this.#last.then(() => {
        this.#next = null;
        return round();
      });
      this.#next = next;
      this.#last = next.catch(() => undefined);
    }
    return this.#next;
  }
}
