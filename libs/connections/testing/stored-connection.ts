import { randomBytes } from 'node:crypto';
import { Clock, parseTenantId, randomToken, Secret } from '#kernel';
import { type AdoptionResult, ConnectionAdoptions } from '../connection-adoptions.js';
import { ConnectionReads } from '../connection-reads.js';
import type { ConnectionRecord, ConnectionState } from '../connection-record.js';
import type { GrantSave } from '../connection-saves.js';
import type { TestStore } from './test-store.js';

/** The state of a connection that has just been connected. */
export function connectedState(changes: Partial<ConnectionState> = {}): ConnectionState {
  return {
    status: 'connected',
    reason: null,
    attention: null,
    expiresAt: null,
    verifiedAt: null,
    badSince: null,
    attemptOpen: false,
    outcomeUnknown: false,
    unansweredCount: 0,
    consecutiveFailures: 0,
    failureKind: null,
    lastError: null,
    notBefore: null,
    nextDueAt: null,
    refusedCount: 0,
    refusedSince: null,
    minTtlBackoffCount: 0,
    minTtlBackoffUntil: null,
    ...changes,
  };
}

export interface StoredConnection {
  readonly tenantId?: string;
  readonly orgId?: string | null;
  readonly connectNumber?: number;
  readonly token?: string;
  readonly refreshToken?: string;
  readonly tokenLifeSeconds?: number | null;
  readonly state?: Partial<ConnectionState>;
}

export function grantSave(clock: Clock, connection: StoredConnection = {}): GrantSave {
  const now = clock.monotonicMilliseconds();
  return {
    token: Secret.of(connection.token ?? `token-${randomToken()}`),
    refreshToken: Secret.of(connection.refreshToken ?? `refresh-${randomToken()}`),
    tokenLifeSeconds: connection.tokenLifeSeconds === undefined ? 3_600 : connection.tokenLifeSeconds,
    refreshTokenLifeSeconds: null,
    arrivedAt: now,
    sentAt: now,
  };
}

/** Adopts a grant as a connect would. */
export function storeConnection(
  store: TestStore,
  connection: StoredConnection = {},
): Promise<AdoptionResult> {
  return store.get(ConnectionAdoptions).adopt({
    tenantId: parseTenantId(connection.tenantId ?? `tenant-${randomBytes(6).toString('hex')}`),
    apiVersion: 'v1',
    apiUrl: 'https://bifrost.example',
    orgId: connection.orgId === undefined ? '11242' : connection.orgId,
    orgName: 'Singapore Org',
    email: 'person@example.com',
    connectNumber: connection.connectNumber ?? 1,
    grant: grantSave(store.get(Clock), connection),
    spentSha256: null,
    stateSha256: randomBytes(32),
    sessionSha256: randomBytes(32),
    decide: () => ({
      kind: 'save',
      keepGrant: false,
      next: connectedState(connection.state),
      event: { kind: 'connected', detail: {} },
    }),
  });
}

/** @returns the record of a connection stored just now. */
export async function storedRecord(
  store: TestStore,
  connection: StoredConnection = {},
): Promise<ConnectionRecord> {
  const result = await storeConnection(store, connection);
  if (result.kind !== 'saved') throw new Error(`the connection was not stored: ${result.kind}`);
  const record = await store.get(ConnectionReads).find(result.connectionId);
  if (record === null) throw new Error('the stored connection is missing');
  return record;
}
