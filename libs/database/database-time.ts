/**
 * The database's clock. Stored times are by this clock, so decisions about them need its present time. Between two
 * readings it advances by the monotonic clock; no replica's wall clock matters.
 */
export abstract class DatabaseTime {
  /** The database's time; the epoch before the first reading. */
  abstract now(): Date;
  /** The database's time in milliseconds since 1970. */
  abstract nowMilliseconds(): number;
  /**
   * Seconds for which this process has observed the database's clock without a step. Whether a longer time has really
   * passed since a stored moment is unknown.
   */
  abstract steadySeconds(): number;
}
