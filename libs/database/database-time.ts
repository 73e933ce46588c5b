/**
 * The database's clock as seen from here: stored times are its times, so decisions about them need its *now*. It goes
 * on by the monotonic clock between two readings, so that nobody's wall clock matters.
 */
export abstract class DatabaseTime {
  /** The database's time; the epoch before it was read once. */
  abstract now(): Date;
  /** The same, in milliseconds since 1970. */
  abstract nowMilliseconds(): number;
  /**
   * For how many seconds this process has seen the database's clock go without a step: of a longer time between a stored moment
   * and now it can't tell whether it passed.
   */
  abstract steadySeconds(): number;
}
