/** What has to be done from time to time with what callers left behind in memory. */
export abstract class AccessUpkeep {
  /**
   * Writes what was counted since: hand-outs, and when keys were last used. Two at once are one. What can't be written
   * now is kept for the next time, within bounds.
   * @throws Failure `broker_unavailable`
   */
  abstract write(): Promise<void>;
  /** The last time: waits no longer than two seconds, and tells in the log what is lost. Never throws. */
  abstract writeLast(): Promise<void>;
  /** Deletes hand-outs older than 90 days, some at a time. @throws Failure `broker_unavailable` */
  abstract deleteExpired(): Promise<void>;
}
