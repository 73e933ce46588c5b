import type { ConnectionState } from '#connections';
import type { SpooledConnect, SpooledRefresh } from '../grant-spool.js';

/** Raised with every change that a broker of the former version would misunderstand. */
export const entryVersion = 1;

/** A grant as it lies in a file. */
export interface SealedGrant {
  /** Compact JWEs, sealed for the connection's row (a refresh) or for the spool (a connect). */
  readonly sealedToken: string;
  readonly sealedRefreshToken: string;
  /** Of the token and the refresh token: what was opened must have these. */
  readonly fingerprint: string;
  readonly refreshTokenSha256: Buffer;
  readonly tokenLifeSeconds: number | null;
  readonly refreshTokenLifeSeconds: number | null;
  /** By the wall clock of the process that wrote the entry: the only one that it shares with those that read it. */
  readonly arrivedAt: Date;
  readonly sentAt: Date;
}

export interface SealedRefresh extends Omit<SpooledRefresh, 'grant'> {
  readonly grant: SealedGrant;
}

export interface SealedConnect extends Omit<SpooledConnect, 'grant'> {
  readonly grant: SealedGrant;
  /** Proves where the grant came from; null: an earlier release wrote the entry. */
  readonly siteSeal: string | null;
}

export type SealedEntry = SealedRefresh | SealedConnect;

/** The entry's file. Every member is named here, so that nothing gets into it by accident. */
export function entryText(entry: SealedEntry): string {
  return JSON.stringify(entry.kind === 'refresh' ? refreshDocument(entry) : connectDocument(entry));
}

function refreshDocument({ seen, lease, grant, orgName, next, event }: SealedRefresh) {
  return {
    version: entryVersion,
    kind: 'refresh',
    tenantId: seen.tenantId,
    connectionId: seen.connectionId,
    connectNumber: seen.connectNumber,
    attempt: seen.attempt,
    ...(seen.attemptProcessId == null ? {} : { attemptProcessId: seen.attemptProcessId }),
    leaseId: lease.leaseId,
    grant: grantDocument(grant),
    orgName: orgName ?? null,
    state: stateMembers(next),
    event: { kind: event.kind, detail: event.detail },
  };
}

function connectDocument(entry: SealedConnect) {
  return {
    version: entryVersion,
    kind: 'connect',
    tenantId: entry.tenantId,
    apiVersion: entry.apiVersion,
    apiUrl: entry.apiUrl,
    siteSeal: entry.siteSeal,
    orgId: entry.orgId,
    orgName: entry.orgName,
    email: entry.email,
    connectNumber: entry.connectNumber,
    stateSha256: entry.stateSha256.toString('hex'),
    sessionSha256: entry.sessionSha256.toString('hex'),
    spentSha256: entry.spentSha256?.toString('hex') ?? null,
    activation: entry.activation,
    activationSeconds: entry.activationSeconds,
    word: entry.word,
    grant: grantDocument(entry.grant),
  };
}

function grantDocument(grant: SealedGrant) {
  return {
    sealedToken: grant.sealedToken,
    sealedRefreshToken: grant.sealedRefreshToken,
    fingerprint: grant.fingerprint,
    refreshTokenSha256: grant.refreshTokenSha256.toString('hex'),
    tokenLifeSeconds: grant.tokenLifeSeconds,
    refreshTokenLifeSeconds: grant.refreshTokenLifeSeconds,
    arrivedAt: grant.arrivedAt,
    sentAt: grant.sentAt,
  };
}

/** Refusals are left out: a grant that is saved ends them. */
function stateMembers(
  state: ConnectionState,
): Record<Exclude<keyof ConnectionState, 'refusedCount' | 'refusedSince'>, unknown> {
  return {
    status: state.status,
    reason: state.reason,
    attention: state.attention,
    expiresAt: state.expiresAt,
    verifiedAt: state.verifiedAt,
    badSince: state.badSince,
    attemptOpen: state.attemptOpen,
    outcomeUnknown: state.outcomeUnknown,
    unansweredCount: state.unansweredCount,
    consecutiveFailures: state.consecutiveFailures,
    failureKind: state.failureKind,
    lastError: state.lastError,
    notBefore: state.notBefore,
    nextDueAt: state.nextDueAt,
    minTtlBackoffCount: state.minTtlBackoffCount,
    minTtlBackoffUntil: state.minTtlBackoffUntil,
  };
}
