import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { Clock } from '#kernel';
import { ConnectionAdoptions, ConnectionLeases, ConnectionReads, ConnectionSaves } from '#connections';
import { ClockContinuity } from '#database/sql';
import { type TestStore } from '#connections/testing';
import type { MemoryDatabase } from './memory-database.js';
import { memoryStore, type MemoryStore } from './memory-store.js';

/** The store of one process, real or in memory. */
export interface Side extends MemoryStore {
  readonly clock: Clock;
  readonly processId: string;
  /** Two hours pass for every lease, and the owner of an attempt can't be seen any more. */
  readonly lapse: () => Promise<void>;
}

export function realSide(store: TestStore, processId: string, lapse: () => Promise<void>): Side {
  return {
    leases: store.get(ConnectionLeases),
    saves: store.get(ConnectionSaves),
    adoptions: store.get(ConnectionAdoptions),
    reads: store.get(ConnectionReads),
    clock: store.get(Clock),
    processId,
    lapse,
  };
}

export function memorySide(database: MemoryDatabase, clock: Clock, processId: string): Side {
  database.locks.add(processId);
  const store = memoryStore({
    database,
    clock,
    continuity: new ClockContinuity(),
    session: { processId, heldLockKey: () => processId },
    // A statement of its own begins a moment after the one before.
    wire: (_statement, execute) => {
      database.time.milliseconds += 1;
      return Promise.resolve(execute());
    },
    newId: () => randomUUID(),
  });
  return {
    ...store,
    clock,
    processId,
    lapse: async () => {
      lapsedInMemory(database);
    },
  };
}

export async function lapsed(admin: pg.Client): Promise<void> {
  await admin.query(
    `UPDATE connection_upkeep SET lease_until = lease_until - interval '2 hours',
                                  attempt_until = attempt_until - interval '2 hours',
                                  attempt_replica_key = NULL`,
  );
}

function lapsedInMemory(database: MemoryDatabase): void {
  const before = (time: Date | null) => (time === null ? null : new Date(time.getTime() - 7_200_000));
  for (const row of database.rows.values()) {
    const { leaseUntil, attemptUntil } = row;
    const ends = { leaseUntil: before(leaseUntil), attemptUntil: before(attemptUntil) };
    database.change(row, { ...ends, attemptReplicaKey: null }, 'lapse');
  }
}
