/**
 * This replica's own session in the database: while it lives, an advisory lock tells the others that an attempt's owner
 * is not gone.
 */
export abstract class ReplicaSession {
  /** Names this process among all that ever ran. */
  abstract readonly processId: string;
  /** The key of the lock, as a signed 64-bit number in text; null while the lock is not surely held. */
  abstract heldLockKey(): string | null;
  /**
   * Tells the other replicas that an answer to an attempt of these processes is in hand, and could not be stored: nobody
   * takes an attempt of theirs over meanwhile. A database that reads takes this as well. What was told before is replaced.
   */
  abstract holdAnswersOf(processIds: ReadonlySet<string>): void;
  /** Calls back for every NOTIFY of another replica. */
  abstract onNotify(callback: () => void): void;
}
