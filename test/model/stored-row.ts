import { connectedState } from '#connections/testing';
import type { Secret } from '#kernel';
import type { ConnectionRecord, ConnectionState, GrantSave } from '#connections';

/** The three tables' columns of one connection. */
export interface StoredRow extends Omit<ConnectionRecord, 'leased' | 'readAt'> {
  readonly leaseId: string | null;
  readonly leaseUntil: Date | null;
  readonly attemptReplicaKey: string | null;
  readonly attemptServer: number | null;
  readonly attemptUntil: Date | null;
  readonly token: Secret | null;
  readonly refreshToken: Secret | null;
  /** SHA-256 of the last eight that this connection has spent. */
  readonly spent: readonly string[];
}

/** `connect_state`: what became of one opening of a link. */
export interface StoredConnectState {
  readonly connectNumber: number;
  /** Undefined: not decided yet; null: the tokens are stored. */
  readonly failureCode: string | null | undefined;
}

export const untroubledState = connectedState({ status: 'disconnected' });

export const noCredentials = {
  token: null,
  refreshToken: null,
  fingerprint: null,
  spent: [],
} as const satisfies Partial<StoredRow>;

/** A row without its credentials; what it has held is still known. */
export function erased(row: StoredRow): Partial<StoredRow> {
  return { ...noCredentials, spent: withSpent(row) };
}

/** The row as a record; that it has more than one in a process has is nobody's concern here. */
export function recordOf(row: StoredRow, now: Date): ConnectionRecord {
  const { leaseUntil, ...record } = row;
  const left = leaseUntil === null || row.leaseId === null ? 0 : leaseUntil.getTime() - now.getTime();
  return { ...record, leased: left > 0 && left <= 600_000, readAt: now };
}

/** The columns that a new grant sets, whoever brought it. */
export function grantColumns(
  row: StoredRow,
  grant: GrantSave,
  now: Date,
  monotonicNow: number,
): Partial<StoredRow> {
  const issued = now.getTime() - (monotonicNow - grant.arrivedAt);
  const end = (life: number | null) => (life === null ? null : new Date(issued + life * 1_000));
  return {
    token: grant.token,
    refreshToken: grant.refreshToken,
    fingerprint: grant.token.fingerprint(),
    spent: withSpent(row),
    tokenLifeSeconds: grant.tokenLifeSeconds,
    issuedAt: new Date(issued),
    expiresAt: end(grant.tokenLifeSeconds),
    refreshTokenExpiresAt: end(grant.refreshTokenLifeSeconds),
    verifiedAt: new Date(now.getTime() - (monotonicNow - grant.sentAt)),
  };
}

/** `withSpent` */
export function withSpent({ spent, refreshToken }: StoredRow): readonly string[] {
  return [...spent, ...(refreshToken === null ? [] : [shaOf(refreshToken)])].slice(-8);
}

/** What a transition says of the upkeep row beside the attempt. */
export function upkeepColumns(next: ConnectionState): Partial<StoredRow> {
  const { unansweredCount, consecutiveFailures, failureKind, lastError } = next;
  const { refusedCount, refusedSince } = next;
  const { notBefore, nextDueAt, minTtlBackoffCount, minTtlBackoffUntil } = next;
  return {
    unansweredCount,
    consecutiveFailures,
    failureKind,
    lastError,
    notBefore,
    nextDueAt,
    refusedCount,
    refusedSince,
    minTtlBackoffCount,
    minTtlBackoffUntil,
  };
}

/** What a transition says of the connection's row. */
export function standingColumns(
  row: StoredRow,
  { status, reason, attention }: ConnectionState,
  now: Date,
): Partial<StoredRow> {
  const statusSince = row.status === status ? row.statusSince : now;
  return { status, reason, attention, statusSince };
}

export function leaseEnded(row: StoredRow, leaseId: string | null, now: Date): Partial<StoredRow> {
  if (leaseId === null || row.leaseId !== leaseId) return {};
  return { leaseId: null, leaseUntil: earlier(row.leaseUntil, now) };
}

export function earlier(time: Date | null, now: Date): Date {
  return time !== null && time < now ? time : now;
}

export function shaOf(token: Secret): string {
  return token.sha256().toString('hex');
}
