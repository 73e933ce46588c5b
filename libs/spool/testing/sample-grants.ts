import { randomBytes, randomUUID } from 'node:crypto';
import { parseTenantId, Secret, type Clock } from '#kernel';
import type { GrantSave } from '#connections';
import type { SpooledConnect, SpooledRefresh, StoredGrantNumbers } from '../grant-spool.js';
import { connectedState } from '#connections/testing';

function sampleGrant(clock: Clock): GrantSave {
  const now = clock.monotonicMilliseconds();
  return {
    token: Secret.of(`token-${randomUUID()}`),
    refreshToken: Secret.of(`refresh-${randomUUID()}`),
    tokenLifeSeconds: 3_600,
    refreshTokenLifeSeconds: null,
    arrivedAt: now,
    sentAt: now,
  };
}

export function refreshGrant(clock: Clock, changes: Partial<SpooledRefresh> = {}): SpooledRefresh {
  const connectionId = changes.seen?.connectionId ?? randomUUID();
  return {
    kind: 'refresh',
    orgName: 'Singapore Org',
    seen: { connectionId, tenantId: parseTenantId('acme'), connectNumber: 7, attempt: 3 },
    lease: { connectionId, leaseId: randomUUID() },
    grant: sampleGrant(clock),
    next: connectedState({ nextDueAt: new Date('2026-01-01T00:55:00Z') }),
    event: { kind: 'refreshed', detail: { attempt: 3 } },
    ...changes,
  };
}

export function connectGrant(clock: Clock, changes: Partial<SpooledConnect> = {}): SpooledConnect {
  return {
    kind: 'connect',
    tenantId: parseTenantId('acme'),
    apiVersion: 'v1',
    apiUrl: 'https://bifrost.example',
    orgId: '11242',
    orgName: 'Singapore Org',
    email: null,
    connectNumber: 12,
    stateSha256: randomBytes(32),
    sessionSha256: randomBytes(32),
    spentSha256: randomBytes(32),
    activation: 'confirm',
    activationSeconds: 900,
    word: 'valid',
    grant: sampleGrant(clock),
    ...changes,
  };
}

/** What is stored of a connection before this grant of it is. */
export function before({ seen }: SpooledRefresh): StoredGrantNumbers {
  return { ...seen, grantAttempt: seen.attempt - 1 };
}
