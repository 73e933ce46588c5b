import type { AttemptRequest, ClaimRequest, Lease } from '#store';
import type { MemoryDatabase } from './memory-database.js';
import { earlier, type StoredRow } from './stored-row.js';

/** A process as its statements name it. */
export interface Session {
  readonly processId: string;
  heldLockKey(): string | null;
}

/** `lease_for_check`, without the limit on checks that callers cause: that one protects Deskera, not the grant. */
export function leaseForCheck(database: MemoryDatabase, lease: Lease, seconds: number): boolean {
  const row = database.rows.get(lease.connectionId);
  if (row === undefined || !leaseIsFree(database, row)) return false;
  database.change(row, leaseColumns(database, lease, seconds), 'lease_for_check');
  return true;
}

/** `attempt_open` @returns the row as it stands then; null where nothing was opened */
export function openAttempt(
  database: MemoryDatabase,
  request: AttemptRequest,
  lease: Lease,
  session: Session,
): StoredRow | null {
  const { seen, leaseSeconds } = request;
  const { protocol } = database;
  const row = database.rows.get(seen.connectionId);
  if (row?.connectNumber !== seen.connectNumber || row.grantAttempt !== seen.grantAttempt) return null;
  if (row.refreshToken === null) return null;
  if (protocol.leases) {
    if (!leaseIsFree(database, row) && row.leaseId !== lease.leaseId) return null;
    if (row.attempt !== seen.attempt) return null;
  }
  if (protocol.openAttemptsBlock && !mayTakeOver(database, row, request, session)) return null;
  return database.change(
    row,
    {
      ...leaseColumns(database, lease, leaseSeconds),
      attempt: row.attempt + 1,
      outcomeUnknown: protocol.remembersLostAnswers && (row.outcomeUnknown || row.attemptOpen),
      attemptOpen: true,
      attemptUntil: database.later(leaseSeconds),
      attemptProcessId: session.processId,
      attemptReplicaKey: session.heldLockKey(),
      attemptServer: database.serverStarts,
    },
    'attempt_open',
  );
}

function mayTakeOver(
  database: MemoryDatabase,
  row: StoredRow,
  request: AttemptRequest,
  session: Session,
): boolean {
  const isOwn = row.attemptProcessId === session.processId;
  if (row.attemptOpen && isOwn && row.attempt !== request.ownEndedAttempt) return false;
  return !isLeftToItsOwner(database, row, request, session);
}

/** `isLeftToItsOwner`: rules a, c and b of taking over, in its order. */
function isLeftToItsOwner(
  database: MemoryDatabase,
  row: StoredRow,
  { callSeconds, takeoverSeconds }: Pick<AttemptRequest, 'callSeconds' | 'takeoverSeconds'>,
  { processId }: Session,
): boolean {
  if (!row.attemptOpen || row.attemptProcessId === processId) return false;
  if (row.attemptProcessId !== null && database.protocol.heldAnswersCount)
    if (database.isAnswerHeld(row.attemptProcessId)) return true;
  const { attemptUntil } = row;
  if (attemptUntil === null) return true;
  if (attemptUntil <= database.later(-takeoverSeconds)) return false;
  if (row.attemptServer !== database.serverStarts || row.attemptReplicaKey === null) return true;
  return attemptUntil > database.later(-callSeconds) || database.locks.has(row.attemptReplicaKey);
}

/** `lease_renew` */
export function renewLease(
  database: MemoryDatabase,
  lease: Lease,
  seconds: number,
  attempt: number | null,
): boolean {
  const row = database.rows.get(lease.connectionId);
  if (row?.leaseId !== lease.leaseId) return false;
  const leaseUntil = database.later(seconds);
  const ours = row.attemptOpen && row.attempt === attempt;
  database.change(row, { leaseUntil, attemptUntil: ours ? leaseUntil : row.attemptUntil }, 'lease_renew');
  return true;
}

/** `lease_release` */
export function releaseLease(database: MemoryDatabase, lease: Lease): void {
  const row = database.rows.get(lease.connectionId);
  if (row?.leaseId !== lease.leaseId) return;
  const leaseUntil = earlier(row.leaseUntil, database.now());
  database.change(row, { leaseUntil, leaseId: null }, 'lease_release');
}

/** `lease_postpone` */
export function postponeLease(database: MemoryDatabase, lease: Lease, nextDueAt: Date | null): void {
  const row = database.rows.get(lease.connectionId);
  if (row === undefined || (row.leaseId !== lease.leaseId && !leaseIsFree(database, row))) return;
  const now = database.now();
  const isDue = row.nextDueAt !== null && row.nextDueAt <= now;
  const ended =
    row.leaseId === lease.leaseId ? { leaseId: null, leaseUntil: earlier(row.leaseUntil, now) } : {};
  database.change(row, { ...ended, ...(isDue ? { nextDueAt } : {}) }, 'lease_postpone');
}

/** `lease_claim_due`; there is one API host, and it is never away for all. */
export function claimDue(
  database: MemoryDatabase,
  limit: number,
  request: ClaimRequest,
  session: Session,
  newLeaseId: () => string,
): readonly StoredRow[] {
  const now = database.now();
  return [...database.rows.values()]
    .filter((row) => row.nextDueAt !== null && row.nextDueAt <= now && leaseIsFree(database, row))
    .filter((row) => !isLeftToItsOwner(database, row, request, session))
    .filter(({ status }) => database.protocol.givenUpAttemptsAreTried || status !== 'reconnect_required')
    .slice(0, limit)
    .map((row) => {
      const lease = { connectionId: row.connectionId, leaseId: newLeaseId() };
      return database.change(row, leaseColumns(database, lease, request.leaseSeconds), 'lease_claim_due');
    });
}

function leaseIsFree(database: MemoryDatabase, { leaseUntil }: StoredRow): boolean {
  return leaseUntil === null || leaseUntil <= database.now();
}

function leaseColumns(database: MemoryDatabase, { leaseId }: Lease, seconds: number) {
  return { leaseId, leaseUntil: database.later(seconds) } satisfies Partial<StoredRow>;
}
