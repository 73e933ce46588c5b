/** Retention of what connecting leaves behind. */
export abstract class ConnectUpkeep {
  /**
   * Deletes sessions, with their `state`s, that expired more than seven days ago; bounded per call.
   * @returns how many
   */
  abstract deleteExpired(): Promise<number>;
}
