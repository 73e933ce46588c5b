import type { Secret } from '#kernel';
import type { AdoptionClaim, AdoptionResult, AdoptionSave, RefreshTokenOwner } from '#connections';
import type { ClockEvidence } from '#database/sql';
import { hasEnded } from './lease-rules.js';
import type { MemoryDatabase } from './memory-database.js';
import { isStoredAlready, recordStored } from './memory-sessions.js';
import {
  earlier,
  grantColumns,
  noCredentials,
  recordOf,
  shaOf,
  standingColumns,
  untroubledState,
  upkeepColumns,
  withSpent,
  type StoredRow,
} from './stored-row.js';

/** No claim lasts longer. */
const longestClaimMilliseconds = 1_800_000;

type Place = Pick<AdoptionSave, 'tenantId' | 'orgId'>;

/** `adoption_claim` */
export function claimPair(
  database: MemoryDatabase,
  { refreshTokenSha256, claimId }: AdoptionClaim,
  seconds: number,
  evidence: ClockEvidence,
): boolean {
  const sha = refreshTokenSha256.toString('hex');
  const present = database.claims.get(sha);
  const isTaken =
    present !== undefined && !hasEnded(database, present.until, evidence, 0, longestClaimMilliseconds);
  if (isTaken && database.protocol.pairsAreClaimed) return false;
  database.claims.set(sha, { claimId, until: database.later(seconds) });
  return true;
}

/** `adoption_claim_end` */
export function endPairClaim(
  { claims }: MemoryDatabase,
  { refreshTokenSha256, claimId }: AdoptionClaim,
): void {
  const sha = refreshTokenSha256.toString('hex');
  if (claims.get(sha)?.claimId === claimId) claims.delete(sha);
}

/** `adoption_owner` */
export function ownerOf(database: MemoryDatabase, refreshToken: Secret, place: Place): RefreshTokenOwner {
  const sha = shaOf(refreshToken);
  const rows = [...database.rows.values()];
  const holder = rows.find((row) => holds(row, sha));
  if (holder !== undefined && !isAt(holder, place)) return { kind: 'elsewhere' };
  const own = holder ?? rows.find((row) => isAt(row, place) && row.spent.includes(sha));
  return own === undefined ? { kind: 'nobody' } : { kind: 'ours', connectionId: own.connectionId };
}

/** The transaction of an adoption: holder, row made or found and locked, decision, and all that it changes. */
export function adopt(
  database: MemoryDatabase,
  save: AdoptionSave,
  newConnectionId: () => string,
  monotonicNow: number,
): AdoptionResult {
  const sha = shaOf(save.grant.refreshToken);
  const rows = [...database.rows.values()];
  if (rows.some((row) => holds(row, sha) && !isAt(row, save))) return { kind: 'held_elsewhere' };

  const found = rows.find((row) => isAt(row, save));
  const existing = found === undefined ? null : recordOf(found, database.now());
  const row = found ?? database.put(bornRow(save, newConnectionId(), database.now()), 'adoption_create');
  const { connectionId } = row;
  const stored = { kind: 'saved', connectionId, status: row.status } as const;
  if (isStoredAlready(database, save.stateSha256)) return stored;
  const known = holds(row, sha) || row.spent.includes(sha);
  const decision = save.decide(existing, known);
  if (decision.kind === 'superseded') return decision;
  if (decision.kind === 'repeated') return known ? stored : { kind: 'superseded' };

  const { next, keepGrant } = decision;
  const now = database.now();
  const dueAnew = row.status === 'connected' ? {} : { nextDueAt: next.nextDueAt };
  const replaced = {
    ...grantColumns(row, save.grant, now, monotonicNow),
    spent: [...withSpent(row), ...(save.spentSha256 === null ? [] : [save.spentSha256.toString('hex')])],
    ...upkeepColumns(next),
    connectNumber: save.connectNumber,
    grantAttempt: 0,
    badSince: next.badSince,
    attempt: row.attempt + 1,
    attemptOpen: next.attemptOpen,
    outcomeUnknown: next.outcomeUnknown,
    leaseId: null,
    leaseUntil: earlier(row.leaseUntil, now),
  };
  const { apiVersion, apiUrl } = save;
  database.change(
    row,
    {
      ...(keepGrant ? dueAnew : replaced),
      ...standingColumns(row, next, now),
      connectedAt: now,
      orgName: save.orgName ?? row.orgName,
      email: save.email ?? row.email,
      apiVersion,
      apiUrl,
    },
    keepGrant ? 'adoption_kept' : 'adoption_saved',
  );
  database.events.push({ connectionId, kind: decision.event.kind });
  recordStored(database, save.stateSha256);
  return { kind: 'saved', connectionId, status: next.status };
}

function holds(row: StoredRow, sha: string): boolean {
  return row.refreshToken !== null && shaOf(row.refreshToken) === sha;
}

function isAt(row: StoredRow, { tenantId, orgId }: Place): boolean {
  return row.tenantId === tenantId && row.orgId === orgId;
}

/** `adoption_create_connection`: a connection is born disconnected with the number 0, so that every connect is newer. */
function bornRow(save: AdoptionSave, connectionId: string, now: Date): StoredRow {
  const { tenantId, orgId, apiVersion, apiUrl } = save;
  return {
    ...untroubledState,
    ...noCredentials,
    connectionId,
    tenantId,
    orgId,
    apiVersion,
    apiUrl,
    orgName: null,
    email: null,
    isDefault: false,
    statusSince: now,
    connectedAt: now,
    connectNumber: 0,
    grantAttempt: 0,
    issuedAt: null,
    tokenLifeSeconds: null,
    refreshTokenExpiresAt: null,
    stateVersion: 0,
    attempt: 0,
    attemptProcessId: null,
    attemptReplicaKey: null,
    attemptServer: null,
    attemptUntil: null,
    leaseId: null,
    leaseUntil: null,
  };
}
