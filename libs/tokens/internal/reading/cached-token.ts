import { type ApiVersion, type Secret, type TenantId, Failure } from '#kernel';
import type { ConnectionRecord, GoodRecord } from '#connections';
import { LRUCache } from 'lru-cache';
import type { Attention, DeskeraToken, HotToken, Degraded } from '../../deskera-token.js';
import { type TokenStanding, isUsable } from './token-need.js';
import { secondsBetween } from '../upkeep/due.js';

/** Shared texts of Deskera's few API URLs, so that not every token holds its own copy. */
const apiUrls = new LRUCache<string, string>({ max: 100 });

/**
 * The columns that a read needs, with times as numbers, because a replica caches many. The token is usable when it is
 * cached.
 */
export class CachedToken implements HotToken, TokenStanding {
  readonly badSince = null;
  readonly tenantId: TenantId;
  readonly connectionId: string;
  readonly fingerprint: string;
  readonly #orgId: string | null;
  readonly #orgName: string | null;
  readonly #apiUrl: string;
  readonly #apiVersion: ApiVersion;
  readonly #attention: Attention | null;
  readonly expiresAt: number | null;
  readonly minTtlBackoffUntil: number | null;
  /** Time of the last successful check; the time of the connect if there was none. */
  readonly #goodAt: number;
  readonly #wasVerified: boolean;

  constructor(
    record: GoodRecord & Pick<ConnectionRecord, 'minTtlBackoffUntil'>,
    readonly token: Secret,
  ) {
    this.tenantId = record.tenantId;
    this.connectionId = record.connectionId;
    this.#orgId = record.orgId;
    this.#orgName = record.orgName;
    this.#apiUrl = sharedApiUrl(record.apiUrl);
    this.#apiVersion = record.apiVersion;
    this.#attention = record.attention;
    this.fingerprint = record.fingerprint ?? token.fingerprint();
    this.expiresAt = record.expiresAt?.getTime() ?? null;
    this.minTtlBackoffUntil = record.minTtlBackoffUntil?.getTime() ?? null;
    this.#goodAt = (record.verifiedAt ?? record.connectedAt).getTime();
    this.#wasVerified = record.verifiedAt !== null;
  }

  get verifiedAt(): number | null {
    return this.#wasVerified ? this.#goodAt : null;
  }

  whole(): DeskeraToken {
    return toDeskeraToken(
      {
        tenantId: this.tenantId,
        connectionId: this.connectionId,
        orgId: this.#orgId,
        orgName: this.#orgName,
        fingerprint: this.fingerprint,
        expiresAt: timeOf(this.expiresAt),
        verifiedAt: new Date(this.#goodAt),
        connectedAt: new Date(this.#goodAt),
        apiUrl: this.#apiUrl,
        apiVersion: this.#apiVersion,
        attention: this.#attention,
      },
      this.token,
    );
  }
}

function sharedApiUrl(apiUrl: string): string {
  const known = apiUrls.get(apiUrl);
  if (known === undefined) apiUrls.set(apiUrl, apiUrl);
  return known ?? apiUrl;
}

function timeOf(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}

/** Retry time if nothing is known. */
const usualRetrySeconds = 5;

type ShownColumns =
  | 'tenantId'
  | 'connectionId'
  | 'orgId'
  | 'orgName'
  | 'fingerprint'
  | 'expiresAt'
  | 'verifiedAt'
  | 'connectedAt'
  | 'apiUrl'
  | 'apiVersion'
  | 'attention';

/** Where nothing is lacking. */
function toDeskeraToken(record: Pick<ConnectionRecord, ShownColumns>, token: Secret): DeskeraToken {
  return {
    tenantId: record.tenantId,
    connectionId: record.connectionId,
    org: { id: record.orgId, name: record.orgName },
    token,
    fingerprint: record.fingerprint ?? token.fingerprint(),
    expiresAt: record.expiresAt,
    verifiedAt: record.verifiedAt ?? record.connectedAt,
    apiUrl: record.apiUrl,
    apiVersion: record.apiVersion,
    degraded: null,
    attention: record.attention,
  };
}

/** Why Deskera's answer is missing, and when a retry makes sense. */
export function cannotServe(record: ConnectionRecord, lacking: Degraded | null, now: Date): Failure {
  if (lacking === 'client_refused') {
    return new Failure(
      'deskera_client_refused',
      'Deskera does not accept the credentials of this platform at the moment.',
      {
        retryAfterSeconds: 30,
      },
    );
  }
  const wait =
    record.notBefore === null ? usualRetrySeconds : Math.ceil(secondsBetween(now, record.notBefore));
  return new Failure(
    'deskera_unavailable',
    isUsable(record, now)
      ? 'Deskera cannot be asked about this token at the moment.'
      : 'The stored token is not valid any more, and Deskera does not issue another one now.',
    {
      retryAfterSeconds: Math.max(1, wait),
    },
  );
}
