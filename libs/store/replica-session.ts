/**
 * This replica's own session in the database: while it lives, an advisory lock tells the others that an attempt's owner
 * is not gone.
 */
export abstract class ReplicaSession {
  /** Names this process among all that ever ran. */
  abstract readonly processId: string;
  /** The key of the lock, as a signed 64-bit number in text; null while the lock is not surely held. */
  abstract heldLockKey(): string | null;
  /** Calls back for every NOTIFY of another replica. */
  abstract onNotify(callback: () => void): void;
}
