import type { ApiVersion, Secret, TenantId } from '#kernel';
import type { ConnectionRecord, GoodRecord } from '#connections';
import { LRUCache } from 'lru-cache';
import type { Attention, DeskeraToken, HotToken } from '../../deskera-token.js';
import type { TokenStanding } from './token-need.js';
import { toDeskeraToken } from './outgoing-token.js';

/** Of Deskera's few APIs: each row brings a text of its own, and all tokens are to hold the same. */
const apiUrls = new LRUCache<string, string>({ max: 100 });

/** No more of a record than a read needs, and times as numbers: a replica holds many. It is usable when it is put away. */
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
  /** Where it never was verified, when it was connected. */
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
