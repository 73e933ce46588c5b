/**
 * One try that may be invalid, such as a presented key or `state`. The door counts the tries per source; the room
 * decides whether a try is valid.
 */
export interface Attempt {
  /** Source of the try, the unit of the limit, such as a client's network. Never a secret. */
  readonly source: string;
  /**
   * Counts the try, once for any number of calls. Call it before any query for the try.
   * @returns false if the limit of the source is reached: valid tries still succeed, but share one query with others
   * (`GatheredQuestion`)
   */
  charge(): boolean;
  /** The try is valid, or its validity is unknown: it does not count. */
  refund(): void;
}

/** An attempt that is not counted. */
export const uncounted: Attempt = { source: '', charge: () => true, refund: () => undefined };
