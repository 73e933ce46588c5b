import { Injectable } from '@nestjs/common';
import { Clock, type Secret, type TenantId } from '#kernel';
import type { ConnectionRecord } from '../../connection-record.js';
import { ConnectionReads, type GoodToken, type ServableConnection } from '../../connection-reads.js';
import { BatchedReads } from './batched-reads.js';
import { recordColumns, recordTables, toRecord, type RecordRow } from './connection-columns.js';
import { CredentialVault } from '#vault';
import {
  Database,
  DatabaseOrigin,
  ObservedDatabaseTime,
  dataLife,
  ServerLives,
  statement,
} from '#database/sql';
import { goodTokens, toGoodRecord, type GoodTokenRow } from './good-token.js';

/** Has a row even where the tenant has none, for the server's life. */
export const servable = statement(
  'connection_servable',
  `SELECT s.life, ${recordColumns},
          CASE WHEN n.org_id = $2 OR ($2::text IS NULL AND (n.is_default OR count(*) OVER () = 1))
               THEN c.sealed_token END AS sealed_token, n.site_seal
     FROM (SELECT ${dataLife} AS life) s
     LEFT JOIN (${recordTables}) ON n.tenant_id = $1 AND n.status <> 'disconnected'`,
);

const find = statement(
  'connection_find',
  `SELECT ${recordColumns} FROM ${recordTables} WHERE n.connection_id = $1`,
);

const sealedToken = statement(
  'credential_token',
  `SELECT c.sealed_token, n.site_seal
     FROM credential c JOIN connection n ON n.connection_id = c.connection_id
    WHERE c.connection_id = $1 AND c.connect_number = $2 AND c.grant_attempt = $3`,
);

interface GoodTokenKey {
  readonly tenantId: TenantId;
  readonly orgId: string | null;
}

interface SealedTokenRow {
  readonly [column: string]: unknown;
  readonly sealed_token: string | null;
  readonly site_seal: string | null;
}

type SealedRow = RecordRow & SealedTokenRow & { readonly life: string | null };
type ServableRow = SealedRow | { readonly connection_id: null; readonly life: string | null };

@Injectable()
export class ConnectionReadsSql extends ConnectionReads {
  readonly #goodTokens: BatchedReads<GoodTokenKey, GoodTokenRow | undefined>;

  constructor(
    private readonly database: Database,
    private readonly vault: CredentialVault,
    private readonly time: ObservedDatabaseTime,
    private readonly lives: ServerLives,
    private readonly origin: DatabaseOrigin,
    clock: Clock,
  ) {
    super();
    this.#goodTokens = new BatchedReads((keys) => this.#goodTokenRows(keys), clock);
  }

  override async servable(tenantId: TenantId, orgId: string | null): Promise<readonly ServableConnection[]> {
    const rows = await this.database.rows<ServableRow>(servable, [tenantId, orgId]);
    this.lives.recognize(rows[0]?.life ?? null);
    return rows.filter(isConnection).map((row) => {
      const record = this.time.observed(toRecord(row));
      const { sealed_token: sealed, site_seal: siteSeal } = row;
      const openToken = sealed === null ? null : () => this.vault.openFor(sealed, record, siteSeal, 'token');
      return { record, openToken };
    });
  }

  override async goodToken(tenantId: TenantId, orgId: string | null): Promise<GoodToken | null> {
    const row = await this.#goodTokens.read({ tenantId, orgId });
    if (row === undefined) return null;
    this.lives.recognize(row.life);
    const record = this.time.observed(toGoodRecord(row));
    const { sealed_token: sealed, site_seal: siteSeal } = row;
    return { record, openToken: () => this.vault.openForQuietly(sealed, record, siteSeal, 'token') };
  }

  override async find(connectionId: string): Promise<ConnectionRecord | null> {
    const [row] = await this.database.rows<RecordRow>(find, [connectionId]);
    return row === undefined ? null : this.time.observed(toRecord(row));
  }

  override isOlderThanServer(record: ConnectionRecord): Promise<boolean> {
    return this.origin.isOlderThanServer(record);
  }

  override async token(record: ConnectionRecord): Promise<Secret | null> {
    const [row] = await this.database.rows<SealedTokenRow>(sealedToken, [
      record.connectionId,
      record.connectNumber,
      record.grantAttempt,
    ]);
    const sealed = row?.sealed_token ?? null;
    return sealed === null ? null : this.vault.openFor(sealed, record, row?.site_seal ?? null, 'token');
  }

  async #goodTokenRows(keys: readonly GoodTokenKey[]): Promise<readonly (GoodTokenRow | undefined)[]> {
    const rows = await this.database.rows<GoodTokenRow>(goodTokens, [
      keys.map(({ tenantId }) => tenantId),
      keys.map(({ orgId }) => orgId),
    ]);
    const byPlace = new Map(rows.map((row) => [Number(row.place), row]));
    return keys.map((_key, index) => byPlace.get(index + 1));
  }
}

function isConnection(row: ServableRow): row is SealedRow {
  return row.connection_id !== null;
}
