/** A session advisory lock, which means nothing on another server than the one that granted it. */
export interface HeldLock {
  /** A signed 64-bit number in text. */
  readonly key: string;
  /** Names the server, and its life from one loss of its memory to the next. */
  readonly serverLife: string;
}

/**
 * This replica's own session in the database: while it lives, an advisory lock tells the others that an attempt's owner
 * is not gone.
 */
export abstract class ReplicaSession {
  /** Names this process among all that ever ran. */
  abstract readonly processId: string;
  /** Null while the lock is not surely held. */
  abstract heldLock(): HeldLock | null;
  /**
   * Tells the other replicas that an answer to an attempt of these processes is in hand, and could not be stored: nobody
   * takes an attempt of theirs over meanwhile. A database that reads takes this as well. What was told before is replaced.
   */
  abstract holdAnswersOf(processIds: ReadonlySet<string>): void;
  /** Calls back for every NOTIFY of another replica. */
  abstract onNotify(callback: () => void): void;
}
