import type { AttemptRequest, ClaimRequest, Lease } from '#connections';
import type { ClockEvidence } from '#database/sql';
import type { MemoryDatabase } from './memory-database.js';
import { earlier, type StoredRow } from './stored-row.js';

/** A process as its statements name it. */
export interface Session {
  readonly processId: string;
  heldLockKey(): string | null;
}

/** No lease lasts longer. */
const longestLeaseMilliseconds = 600_000;
const slackMilliseconds = 15_000;

/** `lease_for_check`, without the limit on checks that callers cause: that one protects Deskera, not the grant. */
export function leaseForCheck(
  database: MemoryDatabase,
  lease: Lease,
  seconds: number,
  evidence: ClockEvidence,
): boolean {
  const row = database.rows.get(lease.connectionId);
  if (row === undefined || !leaseIsFree(database, row, evidence)) return false;
  database.change(row, leaseColumns(database, lease, seconds), 'lease_for_check');
  return true;
}

/** `attempt_open` @returns the row as it stands then; null where nothing was opened */
export function openAttempt(
  database: MemoryDatabase,
  request: AttemptRequest,
  lease: Lease,
  session: Session,
  evidence: ClockEvidence,
): StoredRow | null {
  const { seen, leaseSeconds } = request;
  const { protocol } = database;
  const row = database.rows.get(seen.connectionId);
  if (row?.connectNumber !== seen.connectNumber || row.grantAttempt !== seen.grantAttempt) return null;
  if (row.refreshToken === null) return null;
  if (protocol.leases) {
    if (!leaseIsFree(database, row, evidence) && row.leaseId !== lease.leaseId) return null;
    if (row.attempt !== seen.attempt) return null;
  }
  if (protocol.openAttemptsBlock && !mayTakeOver(database, row, { ...request, evidence }, session))
    return null;
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
  request: AttemptRequest & { readonly evidence: ClockEvidence },
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
  patience: Patience,
  { processId }: Session,
): boolean {
  if (!row.attemptOpen || row.attemptProcessId === processId) return false;
  if (row.attemptProcessId !== null && database.protocol.heldAnswersCount)
    if (database.isAnswerHeld(row.attemptProcessId)) return true;
  const { attemptUntil, attemptReplicaKey: key } = row;
  if (attemptUntil === null) return true;
  const hasPassed = (seconds: number): boolean =>
    hasEnded(database, attemptUntil, patience.evidence, seconds) &&
    isSteady(database, patience.evidence, (patience.leaseSeconds + seconds) * 1_000);
  if (hasPassed(patience.takeoverSeconds)) return false;
  if (row.attemptServer !== database.serverStarts || key === null) return true;
  return !hasPassed(patience.callSeconds) || database.locks.has(key);
}

interface Patience extends Pick<AttemptRequest, 'leaseSeconds' | 'callSeconds' | 'takeoverSeconds'> {
  readonly evidence: ClockEvidence;
}

/** `hasEnded` */
export function hasEnded(
  database: MemoryDatabase,
  end: Date,
  evidence: ClockEvidence,
  seconds = 0,
  mostMilliseconds = longestLeaseMilliseconds,
): boolean {
  const now = database.now().getTime();
  const bound = database.protocol.boundsClockSteps ? evidence.latest?.getTime() : undefined;
  if (end.getTime() <= Math.min(now, bound ?? Infinity) - seconds * 1_000) return true;
  return end.getTime() > now + mostMilliseconds && isSteady(database, evidence, mostMilliseconds);
}

/** `isSteady` */
function isSteady(
  database: MemoryDatabase,
  { latest, steadySince }: ClockEvidence,
  milliseconds: number,
): boolean {
  if (!database.protocol.boundsClockSteps) return true;
  if (latest === null || steadySince === null) return false;
  const now = database.now().getTime();
  return steadySince.getTime() <= now - milliseconds && now >= latest.getTime() - slackMilliseconds;
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
  const now = database.now();
  if (row === undefined) return;
  if (row.leaseId !== lease.leaseId && row.leaseUntil !== null && row.leaseUntil > now) return;
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
  evidence: ClockEvidence,
  newLeaseId: () => string,
): readonly StoredRow[] {
  const now = database.now();
  return [...database.rows.values()]
    .filter((row) => row.nextDueAt !== null && row.nextDueAt <= now && leaseIsFree(database, row, evidence))
    .filter((row) => !isLeftToItsOwner(database, row, { ...request, evidence }, session))
    .filter(({ status }) => database.protocol.givenUpAttemptsAreTried || status !== 'reconnect_required')
    .slice(0, limit)
    .map((row) => {
      const lease = { connectionId: row.connectionId, leaseId: newLeaseId() };
      return database.change(row, leaseColumns(database, lease, request.leaseSeconds), 'lease_claim_due');
    });
}

/** `upkeep_hasten_by` */
export function hastenBy(database: MemoryDatabase, seconds: number): void {
  const now = database.now();
  const sooner = (time: Date | null) => (time === null ? null : new Date(time.getTime() - seconds * 1_000));
  for (const row of database.rows.values()) {
    if (row.nextDueAt === null || row.nextDueAt <= now || row.status === 'awaiting_activation') continue;
    const due = sooner(row.nextDueAt) ?? now;
    const nextDueAt = due > now ? due : now;
    const changes = {
      nextDueAt,
      notBefore: sooner(row.notBefore),
      minTtlBackoffUntil: sooner(row.minTtlBackoffUntil),
    };
    database.change(row, changes, 'lease_hasten');
  }
}

/** `upkeep_hasten_far` */
export function hastenFar(database: MemoryDatabase, longestSeconds: number): void {
  const [now, farthest, toCome] = [database.now(), database.later(longestSeconds), database.later(1)];
  for (const row of database.rows.values()) {
    const { status, nextDueAt, verifiedAt } = row;
    if (status !== 'connected' || nextDueAt === null || nextDueAt <= now) continue;
    if (nextDueAt <= farthest && (verifiedAt === null || verifiedAt <= toCome)) continue;
    database.change(row, { nextDueAt: now, notBefore: null, minTtlBackoffUntil: null }, 'lease_hasten');
  }
}

/** `leaseIsFree` */
function leaseIsFree(
  database: MemoryDatabase,
  { leaseId, leaseUntil }: StoredRow,
  evidence: ClockEvidence,
): boolean {
  return leaseId === null || leaseUntil === null || hasEnded(database, leaseUntil, evidence);
}

function leaseColumns(database: MemoryDatabase, { leaseId }: Lease, seconds: number) {
  return { leaseId, leaseUntil: database.later(seconds) } satisfies Partial<StoredRow>;
}
