import { parseTenantId } from '#kernel';
import type { ConnectionRecord } from '#connections';
import type { TokensOptions } from '../options.js';

/** The moment at which the samples stand. */
export const sampleNow = new Date('2026-11-24T12:00:00Z');

export function sampleTime(secondsFromNow: number): Date {
  return new Date(sampleNow.getTime() + secondsFromNow * 1_000);
}

/** A connection refreshed ten minutes ago whose token lives an hour. */
export function sampleRecord(changes: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return {
    connectionId: '0e3f2f6e-0000-4000-8000-000000000001',
    tenantId: parseTenantId('acme'),
    orgId: '11242',
    orgName: 'Singapore Org',
    email: 'person@example.com',
    apiVersion: 'v1',
    apiUrl: 'https://bifrost.example',
    isDefault: false,
    status: 'connected',
    reason: null,
    statusSince: sampleTime(-86_400),
    attention: null,
    connectedAt: sampleTime(-86_400),
    connectNumber: 7,
    grantAttempt: 3,
    fingerprint: '0123456789abcdef',
    issuedAt: sampleTime(-600),
    expiresAt: sampleTime(3_000),
    tokenLifeSeconds: 3_600,
    refreshTokenExpiresAt: null,
    verifiedAt: sampleTime(-600),
    badSince: null,
    stateVersion: 11,
    attempt: 3,
    attemptOpen: false,
    attemptProcessId: null,
    outcomeUnknown: false,
    unansweredCount: 0,
    leased: false,
    nextDueAt: sampleTime(300),
    notBefore: null,
    consecutiveFailures: 0,
    failureKind: null,
    lastError: null,
    refusedCount: 0,
    refusedSince: null,
    minTtlBackoffCount: 0,
    minTtlBackoffUntil: null,
    readAt: sampleNow,
    ...changes,
  };
}

export function sampleOptions(changes: Partial<TokensOptions> = {}): TokensOptions {
  return {
    timeoutSeconds: 10,
    checkIntervalSeconds: 900,
    refreshMarginSeconds: 300,
    refreshAtLeastEverySeconds: 604_800,
    takeoverSeconds: 60,
    serveWithoutDatabaseSeconds: 30,
    cacheMaxTokens: 20_000,
    apiUrl: 'https://bifrost.example',
    ...changes,
  };
}
