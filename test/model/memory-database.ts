import { dateOf, type WorldTime } from './replica-clock.js';
import type { Protocol } from './protocol.js';
import type { StoredConnectState, StoredRow } from './stored-row.js';

/** Told of every change of a row, as it is committed. */
export type RowWatch = (before: StoredRow | null, after: StoredRow, statement: string) => void;

/** The database's tables, clock, locks and start, shared by all replicas. Each statement of it is atomic. */
export class MemoryDatabase {
  readonly rows = new Map<string, StoredRow>();
  /** Advisory locks that a live session holds. */
  readonly locks = new Set<string>();
  /** By the process whose session holds them: the processes an answer to whose attempts is in hand. */
  readonly heldAnswers = new Map<string, ReadonlySet<string>>();
  /** `connect_state`, by the hash in hexadecimal. */
  readonly states = new Map<string, StoredConnectState>();
  /** Saves that come out of a spool, where those are broken on purpose. */
  readonly unruled = new WeakSet<object>();
  readonly events: { readonly connectionId: string; readonly kind: string }[] = [];
  /** `adoption_claim` */
  readonly claims = new Map<string, { readonly claimId: string; readonly until: Date }>();
  serverStarts = 1;
  /** When a failover last lost commits, by the world's time. */
  lostAt = -Infinity;
  /** The rows before the attempt that was opened last, as long as nothing else was committed since. */
  #beforeAttempt: ReadonlyMap<string, StoredRow> | null = null;
  /** By how much the server's clock has been set forward, or back where it is negative. */
  clockMilliseconds = 0;
  /** `connect_number_sequence` */
  lastConnectNumber = 0;

  constructor(
    readonly protocol: Protocol,
    readonly time: WorldTime,
    private readonly watch: RowWatch = () => undefined,
  ) {}

  now(): Date {
    return dateOf({ milliseconds: this.time.milliseconds + this.clockMilliseconds });
  }

  later(seconds: number): Date {
    return new Date(this.now().getTime() + seconds * 1_000);
  }

  nextConnectNumber(): number {
    this.lastConnectNumber += 1;
    return this.lastConnectNumber;
  }

  /** A session ends, and all that it held. */
  endSession(process: string): void {
    this.locks.delete(process);
    this.heldAnswers.delete(process);
  }

  isAnswerHeld(owner: string): boolean {
    return [...this.heldAnswers.values()].some((owners) => owners.has(owner));
  }

  /** All sessions end. */
  restart(): void {
    this.serverStarts += 1;
    this.locks.clear();
    this.heldAnswers.clear();
  }

  /** Whether a failover lost commits so short a time ago. */
  hasLostCommitsWithin(seconds: number): boolean {
    return this.protocol.waitsAfterLosses && this.time.milliseconds - this.lostAt < seconds * 1_000;
  }

  /** @returns the row that showed the attempt; null where there is no such attempt */
  forgetLastAttempt(): StoredRow | null {
    this.lostAt = this.time.milliseconds;
    const before = this.#beforeAttempt;
    this.#beforeAttempt = null;
    if (before === null) return null;
    const lost = [...this.rows.values()].find((row) => row.attempt !== before.get(row.connectionId)?.attempt);
    for (const [connectionId, row] of before) this.rows.set(connectionId, row);
    return lost ?? null;
  }

  put(row: StoredRow, statement: string): StoredRow {
    if (statement === 'attempt_open') this.#beforeAttempt = new Map(this.rows);
    else if (!statement.startsWith('lease_')) this.#beforeAttempt = null;
    const before = this.rows.get(row.connectionId) ?? null;
    this.rows.set(row.connectionId, row);
    this.watch(before, row, statement);
    return row;
  }

  /** Raises the row's version where it is not only its lease that changes. */
  change(row: StoredRow, changes: Partial<StoredRow>, statement: string): StoredRow {
    const isOfLease = statement.startsWith('lease_') || statement === 'lapse';
    const stateVersion = isOfLease ? row.stateVersion : row.stateVersion + 1;
    return this.put({ ...row, ...changes, stateVersion }, statement);
  }
}
