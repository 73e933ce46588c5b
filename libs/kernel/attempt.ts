/**
 * One try that may be a bad one, such as a key or a `state` that somebody shows. The door knows who tries and keeps count;
 * the room that is asked knows whether the try is good.
 */
export interface Attempt {
  /** Where the try comes from: what is counted as one, such as a client's network. Never a secret. */
  readonly source: string;
  /**
   * Counts the try, once however often it is called. To be called before the database is asked anything for it.
   * @returns false where the caller's bad tries are used up: a good one still goes on, but none costs a question of its
   * own any more (`GatheredQuestion`)
   */
  charge(): boolean;
  /** It is a good one, or nobody could tell: it does not count. */
  refund(): void;
}

/** For tries that nobody counts. */
export const uncounted: Attempt = { source: '', charge: () => true, refund: () => undefined };
