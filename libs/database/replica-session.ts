/** A session advisory lock. It is valid only on the server that granted it. */
export interface HeldLock {
  /** A signed 64-bit number as text. */
  readonly key: string;
  /** Identifies the server and its life, from one loss of its memory to the next. */
  readonly serverLife: string;
}

/**
 * This replica's session in the database. While it lives, its advisory lock shows the other replicas that the owner
 * of an attempt is alive.
 */
export abstract class ReplicaSession {
  /** Identifies this process among all processes that ever ran. */
  abstract readonly processId: string;
  /** Null while it is not certain that the lock is held. */
  abstract heldLock(): HeldLock | null;
  /**
   * Marks these processes as having an answer that could not be stored: no replica takes over their attempts
   * meanwhile. Works on a read-only database as well. Replaces the earlier marks.
   */
  abstract holdAnswersOf(processIds: ReadonlySet<string>): void;
  /** Calls back for each NOTIFY of another replica. */
  abstract onNotify(callback: () => void): void;
}
