/** Retention of connect sessions. */
export abstract class ConnectUpkeep {
  /**
   * Deletes sessions, with their `state`s, that expired more than seven days ago, in bounded batches.
   * @returns the number of deleted sessions
   */
  abstract deleteExpired(): Promise<number>;
}
