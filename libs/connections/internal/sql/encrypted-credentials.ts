import { Injectable } from '@nestjs/common';
import { CredentialSealer } from '#crypto';
import {
  type ReencryptedBatch,
  type EncryptedRows,
  CredentialVault,
  resealedBatch,
  type ResealEnding,
  type ResealedRow,
} from '#vault';
import { counted, Database, statement } from '#database/sql';

/** Read, opened, sealed and written side by side: less than the pool has connections. */
const atOnce = 4;

/** Sealed for the place where they are found. An erased credential holds none. */
const places = `
  c.connection_id AS "connectionId", n.tenant_id AS "tenantId",
  c.connect_number AS "connectNumber", c.grant_attempt AS "grantAttempt"`;

const count = statement(
  'sealed_credentials_count',
  `SELECT count(*)::integer AS count FROM credential WHERE sealed_refresh_token IS NOT NULL`,
);

/** The protected headers tell the key: what is under the right one already does not cross the network. */
const look = statement(
  'sealed_credentials_look',
  `SELECT c.connection_id AS "connectionId",
          ARRAY[split_part(c.sealed_token, '.', 1), split_part(c.sealed_refresh_token, '.', 1)] AS headers,
          split_part(n.site_seal, '.', 1) AS "siteHeader"
     FROM credential c JOIN connection n ON n.connection_id = c.connection_id
    WHERE c.sealed_refresh_token IS NOT NULL AND ($1::uuid IS NULL OR c.connection_id > $1)
    ORDER BY c.connection_id
    LIMIT $2`,
);

const read = statement(
  'sealed_credential_read',
  `SELECT ${places}, n.api_url AS "apiUrl", n.api_version AS "apiVersion", n.site_seal AS "siteSeal",
          c.sealed_token AS "sealedToken", c.sealed_refresh_token AS "sealedRefreshToken"
     FROM credential c JOIN connection n ON n.connection_id = c.connection_id
    WHERE c.connection_id = $1 AND c.sealed_refresh_token IS NOT NULL`,
);

/** The sealed texts never repeat: equal ones are those that were read. */
const exchange = statement(
  'sealed_credential_exchange',
  `WITH exchanged AS (
     UPDATE credential SET sealed_token = $3, sealed_refresh_token = $5
      WHERE connection_id = $1 AND sealed_token = $2 AND sealed_refresh_token = $4
     RETURNING connection_id
   ), site AS (
     UPDATE connection n SET site_seal = $6
       FROM exchanged
      WHERE n.connection_id = exchanged.connection_id AND n.api_url = $7 AND n.api_version = $8
        AND n.site_seal IS NOT DISTINCT FROM $9
   )
   SELECT connection_id FROM exchanged`,
);

interface SealedRow {
  readonly apiUrl: string;
  readonly apiVersion: string;
  readonly siteSeal: string | null;
  readonly connectionId: string;
  readonly tenantId: string;
  /** A bigint is text. */
  readonly connectNumber: string;
  readonly grantAttempt: string;
  readonly sealedToken: string;
  readonly sealedRefreshToken: string;
}

interface Headers {
  readonly connectionId: string;
  readonly headers: readonly string[];
  /** Of the seal of its site; null: it has none yet. */
  readonly siteHeader: string | null;
}

@Injectable()
export class EncryptedCredentials implements EncryptedRows {
  readonly kind = 'credentials';

  constructor(
    private readonly database: Database,
    private readonly vault: CredentialVault,
    private readonly sealer: CredentialSealer,
  ) {}

  count(): Promise<number> {
    return counted(this.database, count);
  }

  async reseal(after: string | null, most: number): Promise<ReencryptedBatch> {
    const looked = await this.database.rows<Headers & Record<string, unknown>>(look, [after, most]);
    const rows: ResealedRow[] = [];
    for (let start = 0; start < looked.length; start += atOnce) {
      const some = looked.slice(start, start + atOnce);
      rows.push(...(await Promise.all(some.map((row) => this.#resealed(row)))));
    }
    return resealedBatch(rows, most);
  }

  async #resealed(row: Headers): Promise<ResealedRow> {
    const keyId = this.#otherKeyOf(row);
    const rowId = row.connectionId;
    if (keyId === undefined) return { rowId, keyId: this.sealer.currentKeyId, ending: 'current' };
    return { rowId, keyId, ending: await this.#resealRow(rowId) };
  }

  /** @returns undefined where all its seals are under the first key */
  #otherKeyOf({ headers, siteHeader }: Headers): string | null | undefined {
    return [...headers, siteHeader ?? '']
      .map((header) => this.sealer.keyIdOf(header))
      .find((keyId) => keyId !== this.sealer.currentKeyId);
  }

  async #resealRow(connectionId: string): Promise<ResealEnding> {
    const [row] = await this.database.rows<SealedRow & Record<string, unknown>>(read, [connectionId]);
    if (row === undefined) return 'moved';
    const place = {
      ...row,
      connectNumber: Number(row.connectNumber),
      grantAttempt: Number(row.grantAttempt),
    };
    if (!this.vault.hasScope(place, row.siteSeal)) return 'unreadable';
    const token = await this.vault.reseal(row.sealedToken, place, 'token');
    const refreshToken = await this.vault.reseal(row.sealedRefreshToken, place, 'refresh_token');
    if (token === null || refreshToken === null) return 'unreadable';
    const { apiUrl, apiVersion, siteSeal } = row;
    const seals = [row.sealedToken, token, row.sealedRefreshToken, refreshToken];
    const values = [connectionId, ...seals, this.vault.sealSite(place), apiUrl, apiVersion, siteSeal];
    return (await this.database.rows(exchange, values)).length > 0 ? 'resealed' : 'moved';
  }
}
