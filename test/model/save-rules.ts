import type { ConnectionState, RefreshSave, RefreshSaveResult, StateSave } from '#connections';
import type { MemoryDatabase } from './memory-database.js';
import {
  earlier,
  grantColumns,
  leaseEnded,
  erased,
  shaOf,
  standingColumns,
  untroubledState,
  upkeepColumns,
  type StoredRow,
} from './stored-row.js';

/** `state_save` */
export function saveState(database: MemoryDatabase, { seen, next, event, erase, lease }: StateSave): boolean {
  const row = database.rows.get(seen.connectionId);
  if (row === undefined || !isAsSeen(database, row, seen)) return false;
  const now = database.now();
  const { expiresAt, verifiedAt, badSince, attemptOpen, outcomeUnknown } = next;
  database.change(
    row,
    {
      ...upkeepColumns(next),
      ...standingColumns(row, next, now),
      ...leaseEnded(row, lease?.leaseId ?? null, now),
      ...(erase ? erased(row) : {}),
      expiresAt,
      verifiedAt,
      badSince,
      attemptOpen,
      outcomeUnknown,
      attemptUntil: attemptOpen ? earlier(row.attemptUntil, now) : row.attemptUntil,
    },
    'state_save',
  );
  if (event !== null) database.events.push({ connectionId: seen.connectionId, kind: event.kind });
  return true;
}

function isAsSeen(database: MemoryDatabase, row: StoredRow, seen: StateSave['seen']): boolean {
  if (database.protocol.statesAreCompared && row.stateVersion !== seen.stateVersion) return false;
  if (database.protocol.statesAreCompared)
    if (row.status !== seen.status || row.attemptProcessId !== seen.attemptProcessId) return false;
  return (
    row.connectNumber === seen.connectNumber &&
    row.grantAttempt === seen.grantAttempt &&
    row.attempt === seen.attempt
  );
}

/** `refresh_save` */
export function saveRefresh(
  database: MemoryDatabase,
  save: RefreshSave,
  monotonicNow: number,
): RefreshSaveResult {
  const { seen, grant, next, event, lease } = save;
  const row = database.rows.get(seen.connectionId);
  if (row === undefined || !refreshIsNewer(database, row, save)) return 'moved';
  if (isHeldElsewhere(database, row, shaOf(grant.refreshToken))) return 'held_elsewhere';
  const now = database.now();
  const isOver = row.connectNumber < seen.connectNumber || isItsAttempt(row, seen);
  database.change(
    row,
    {
      ...grantColumns(row, grant, now, monotonicNow),
      ...upkeepColumns(next),
      ...refreshedStanding(row, next, now),
      ...leaseEnded(row, lease.leaseId, now),
      connectNumber: seen.connectNumber,
      grantAttempt: seen.attempt,
      attempt: database.protocol.countsFromTheSpool ? Math.max(row.attempt, seen.attempt) : row.attempt,
      badSince: null,
      attemptOpen: row.attemptOpen && !isOver,
      outcomeUnknown: row.outcomeUnknown && !isOver,
    },
    'refresh_save',
  );
  const recovered = row.status === 'reconnect_required';
  database.events.push({ connectionId: seen.connectionId, kind: recovered ? 'recovered' : event.kind });
  return 'saved';
}

function isItsAttempt({ attempt, attemptProcessId: owner }: StoredRow, seen: RefreshSave['seen']): boolean {
  const by = seen.attemptProcessId ?? null;
  return attempt === seen.attempt && (by === null || owner === null || owner === by);
}

/** The row decides on the status; one that was given up is due at once. */
function refreshedStanding(row: StoredRow, next: ConnectionState, now: Date): Partial<StoredRow> {
  const awaits = row.status === 'awaiting_activation';
  const revived = row.status === 'reconnect_required';
  const status = revived ? 'connected' : row.status;
  return {
    ...standingColumns(row, { ...next, status, reason: null, attention: null }, now),
    nextDueAt: awaits ? row.nextDueAt : revived ? now : next.nextDueAt,
  };
}

/** The unique index on the hash of the refresh token. */
function isHeldElsewhere({ rows }: MemoryDatabase, own: StoredRow, sha: string): boolean {
  return [...rows.values()].some(
    ({ connectionId, refreshToken }) =>
      connectionId !== own.connectionId && refreshToken !== null && shaOf(refreshToken) === sha,
  );
}

function refreshIsNewer(database: MemoryDatabase, row: StoredRow, save: RefreshSave): boolean {
  const { seen } = save;
  if (database.unruled.has(save)) return true;
  if (row.status === 'disconnected' && database.protocol.refreshSaves === 'both_numbers') return false;
  switch (database.protocol.refreshSaves) {
    case 'both_numbers':
      return row.connectNumber === seen.connectNumber
        ? row.grantAttempt < seen.attempt
        : row.connectNumber < seen.connectNumber;
    case 'attempt_alone':
      return row.grantAttempt < seen.attempt;
    case 'always':
      return true;
  }
}

/** `connection_disconnect` */
export function disconnect(
  database: MemoryDatabase,
  connectionId: string,
  tenantId: string | null,
  awaitingConnect: number | null,
): boolean {
  const row = database.rows.get(connectionId);
  if (row === undefined || row.status === 'disconnected') return false;
  if (tenantId !== null && row.tenantId !== tenantId) return false;
  const awaits = row.status === 'awaiting_activation' && row.connectNumber === awaitingConnect;
  if (awaitingConnect !== null && !awaits) return false;
  const now = database.now();
  database.change(
    row,
    {
      ...untroubledState,
      ...erased(row),
      connectNumber: database.nextConnectNumber(),
      grantAttempt: 0,
      issuedAt: null,
      tokenLifeSeconds: null,
      refreshTokenExpiresAt: null,
      attempt: row.attempt + 1,
      leaseId: null,
      leaseUntil: earlier(row.leaseUntil, now),
      statusSince: now,
      isDefault: false,
    },
    'connection_disconnect',
  );
  database.events.push({ connectionId, kind: 'disconnected' });
  return true;
}
