import { HealthSource } from '#kernel';

/** What a replica has to forget. */
export type ChangeSubject = `tenant:${string}` | `key:${string}`;

export interface ChangeListener {
  /** Something committed about this subject: forget it. Called before the proof of freshness moves on. */
  changed(subject: ChangeSubject): void;
  /** Changes may have been missed: forget everything. */
  reset(): void;
}

/**
 * *Proof of freshness*: remembers when, on the monotonic clock, this replica sent the newest round trip that showed it
 * every change committed before that moment. What is cached may be used only while `isFresh()`, asked when it is used.
 */
export abstract class ChangeFeed extends HealthSource {
  /** True while the proof is at most 700 ms old. */
  abstract isFresh(): boolean;
  /** Seconds since the database last answered, on the monotonic clock; Infinity where it never did. */
  abstract secondsSinceDatabaseSeen(): number;
  /**
   * True where a new connection to the database was tried as well and brought nothing: what is remembered may then be
   * served for a while. A database that is slow once, or connections that went dead while new ones work, are no reason.
   */
  isCutOff(): boolean {
    return !this.isFresh();
  }
  abstract subscribe(listener: ChangeListener): void;
  /** Calls back each time the database answers again after it did not, and when it answers first. */
  abstract onDatabaseBack(callback: () => void): void;
  /**
   * To be called after a commit: this replica forgets at once, the others are hurried along. Batched, never waits, and
   * nothing is wrong where it is lost: polling proves.
   */
  abstract announce(...subjects: ChangeSubject[]): void;
}
