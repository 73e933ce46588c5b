import type { ApiVersion, TenantId } from '#kernel';
import type { ConnectionRecord } from '../../connection-record.js';
import type { GoodRecord } from '../../connection-reads.js';
import { dataLife, statement } from '#database/sql';

/**
 * What nearly every read that goes to the database is answered from: a third of the record's columns, and not the row of
 * upkeep, so that it is one look-up less. Whether the tenant has another connection matters only where none is named.
 * Several are asked for at once; LIMIT keeps each of them on its indexes.
 */
export const goodTokens = statement(
  'connection_good_tokens',
  `SELECT asked.place, good.*, s.life, clock_timestamp() AS read_at
     FROM (SELECT ${dataLife} AS life) s CROSS JOIN unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (tenant_id, org_id, place)
    CROSS JOIN LATERAL (
           SELECT n.connection_id, n.tenant_id, n.org_id, n.org_name, n.api_version, n.api_url, n.attention, n.connected_at,
                  c.connect_number, c.grant_attempt, c.fingerprint, c.expires_at, c.verified_at, c.sealed_token,
                  n.site_seal
             FROM connection n JOIN credential c ON c.connection_id = n.connection_id
            WHERE n.tenant_id = asked.tenant_id AND n.status = 'connected'
              AND c.bad_since IS NULL AND c.sealed_token IS NOT NULL
              AND CASE WHEN asked.org_id IS NOT NULL THEN n.org_id = asked.org_id
                       ELSE n.is_default OR NOT EXISTS (
                              SELECT FROM connection o
                               WHERE o.tenant_id = n.tenant_id AND o.connection_id <> n.connection_id
                                 AND o.status <> 'disconnected')
                  END
            LIMIT 1) AS good`,
);

/** As `pg` returns it: a bigint is text. */
export interface GoodTokenRow {
  readonly [column: string]: unknown;
  /** Of the question, from 1. */
  readonly place: string;
  readonly connection_id: string;
  readonly tenant_id: TenantId;
  readonly org_id: string | null;
  readonly org_name: string | null;
  readonly api_version: ApiVersion;
  readonly api_url: string;
  readonly attention: ConnectionRecord['attention'];
  readonly connected_at: Date;
  readonly connect_number: string;
  readonly grant_attempt: string;
  readonly fingerprint: string | null;
  readonly expires_at: Date | null;
  readonly verified_at: Date | null;
  readonly sealed_token: string;
  readonly site_seal: string | null;
  readonly life: string | null;
  readonly read_at: Date;
}

/** With the numbers that the token is sealed for. */
export type SealedGoodRecord = GoodRecord & Pick<ConnectionRecord, 'connectNumber' | 'grantAttempt'>;

export function toGoodRecord(row: GoodTokenRow): SealedGoodRecord {
  return {
    tenantId: row.tenant_id,
    connectionId: row.connection_id,
    orgId: row.org_id,
    orgName: row.org_name,
    apiVersion: row.api_version,
    apiUrl: row.api_url,
    attention: row.attention,
    connectedAt: row.connected_at,
    connectNumber: Number(row.connect_number),
    grantAttempt: Number(row.grant_attempt),
    fingerprint: row.fingerprint,
    expiresAt: row.expires_at,
    verifiedAt: row.verified_at,
    readAt: row.read_at,
  };
}
