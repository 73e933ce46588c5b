/** Periodic work on the counts that callers leave in memory. */
export abstract class AccessUpkeep {
  /**
   * Writes the hand-outs and the last uses of keys that were counted since the last write. Concurrent calls share one
   * write. Counts that cannot be written are kept for the next call, within bounds.
   * @throws Failure `broker_unavailable`
   */
  abstract write(): Promise<void>;
  /** The write before the process ends. Takes two seconds at most and logs the counts that are lost. Never throws. */
  abstract writeLast(): Promise<void>;
  /**
   * Deletes a batch of hand-outs older than 90 days.
   * @throws Failure `broker_unavailable`
   */
  abstract deleteExpired(): Promise<void>;
}
