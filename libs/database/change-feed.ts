import { HealthSource } from '#kernel';

/** The subject of a change, whose cached values a replica forgets. */
export type ChangeSubject = `tenant:${string}` | `key:${string}`;

export interface ChangeListener {
  /** A change of this subject was committed: forget it. Called before the proof of freshness is renewed. */
  changed(subject: ChangeSubject): void;
  /** Changes may have been missed: forget everything. */
  reset(): void;
}

/**
 * *Proof of freshness*: the monotonic time at which this replica sent the newest poll that showed every change
 * committed before that time. A cached value may be used only while `isFresh()`, called at the time of use.
 */
export abstract class ChangeFeed extends HealthSource {
  /** True while the proof is at most 700 ms old. */
  abstract isFresh(): boolean;
  /** Monotonic seconds since the database last answered; Infinity if it never did. */
  abstract secondsSinceDatabaseSeen(): number;
  /**
   * True if a new connection to the database failed as well: cached values may then be served for a limited time. One
   * slow answer, or dead connections while new ones work, do not count.
   */
  isCutOff(): boolean {
    return !this.isFresh();
  }
  abstract subscribe(listener: ChangeListener): void;
  /** Calls back when the database answers for the first time, and each time it answers again after an outage. */
  abstract onDatabaseBack(callback: () => void): void;
  /**
   * Call it after a commit: this replica forgets the subjects at once, and the others are notified. Batched, never
   * waits, and may be lost: polling is the proof.
   */
  abstract announce(...subjects: ChangeSubject[]): void;
}
