/** Time as this library measures it: durations alone, so that a clock that is set back or wrong does no harm. */
export interface ClientClock {
  /** Milliseconds on a clock that only goes forward; its zero means nothing. */
  monotonicMilliseconds(): number;
  /**
   * Calls back once after at least the given time.
   * @returns a function that cancels it; cancelling twice or late is harmless.
   */
  after(milliseconds: number, callback: () => void): () => void;
}

/** What a test of a service may want to hold in its hand. */
export interface Surroundings {
  readonly clock: ClientClock;
  /** At least 0, less than 1. */
  readonly random: () => number;
}
