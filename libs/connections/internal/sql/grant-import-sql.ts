import { Injectable } from '@nestjs/common';
import type { Secret, TenantId } from '#kernel';
import { GrantImportStore, type KeptTokenOwner } from '../../grant-import-store.js';
import { Database, statement } from '#database/sql';

const drawConnectNumber = statement(
  'import_draw_connect_number',
  `SELECT nextval('connect_number_sequence') AS "connectNumber"`,
);

/** `@>` and not `= ANY`: only that is answered from the index of the spent ones. */
const liveOwners = statement(
  'import_owners',
  `SELECT n.connection_id AS "connectionId", n.tenant_id = $2 AS "ours"
     FROM credential c JOIN connection n ON n.connection_id = c.connection_id
    WHERE n.status <> 'disconnected'
      AND (c.refresh_token_sha256 = $1 OR c.spent_refresh_token_sha256 @> ARRAY[$1::bytea])
    ORDER BY n.tenant_id = $2 DESC, c.refresh_token_sha256 IS NOT DISTINCT FROM $1 DESC
    LIMIT 1`,
);

@Injectable()
export class GrantImportSql extends GrantImportStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async drawConnectNumber(): Promise<number> {
    const [drawn] = await this.database.rows<{ connectNumber: string }>(drawConnectNumber, []);
    return Number(drawn?.connectNumber);
  }

  override async ownerOf(refreshToken: Secret, tenantId: TenantId): Promise<KeptTokenOwner> {
    const [owner] = await this.database.rows<{ connectionId: string; ours: boolean }>(liveOwners, [
      refreshToken.sha256(),
      tenantId,
    ]);
    if (owner === undefined) return { kind: 'nobody' };
    return owner.ours ? { kind: 'ours', connectionId: owner.connectionId } : { kind: 'elsewhere' };
  }
}
