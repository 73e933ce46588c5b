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
import { secretPlace } from './secret-place.js';

const count = statement('webhook_secrets_count', `SELECT count(*)::integer AS count FROM webhook_secret`);

/** Few enough to be read whole, and in an order that needs no index: endpoints are counted in dozens. */
const look = statement(
  'webhook_secrets_look',
  `SELECT s.endpoint_id || '/' || s.number AS "rowId", s.endpoint_id AS "endpointId", s.number,
          s.sealed_secret AS "sealedSecret"
     FROM webhook_secret s
    WHERE $1::text IS NULL OR s.endpoint_id || '/' || s.number > $1
    ORDER BY 1
    LIMIT $2`,
);

/** The sealed texts never repeat: an equal one is the one that was read. */
const exchange = statement(
  'webhook_secret_exchange',
  `UPDATE webhook_secret SET sealed_secret = $4
    WHERE endpoint_id = $1 AND number = $2 AND sealed_secret = $3
   RETURNING number`,
);

interface SecretRow {
  readonly rowId: string;
  readonly endpointId: string;
  readonly number: number;
  readonly sealedSecret: string;
}

@Injectable()
export class EncryptedWebhookSecrets implements EncryptedRows {
  readonly kind = 'webhook secrets';

  constructor(
    private readonly database: Database,
    private readonly vault: CredentialVault,
    private readonly sealer: CredentialSealer,
  ) {}

  count(): Promise<number> {
    return counted(this.database, count);
  }

  async reseal(after: string | null, most: number): Promise<ReencryptedBatch> {
    const secrets = await this.database.rows<SecretRow & Record<string, unknown>>(look, [after, most]);
    const rows: ResealedRow[] = [];
    for (const secret of secrets) {
      const keyId = this.sealer.keyIdOf(secret.sealedSecret);
      rows.push({ rowId: secret.rowId, keyId, ending: await this.#resealRow(secret, keyId) });
    }
    return resealedBatch(rows, most);
  }

  async #resealRow(
    { endpointId, number, sealedSecret }: SecretRow,
    keyId: string | null,
  ): Promise<ResealEnding> {
    if (keyId === this.sealer.currentKeyId) return 'current';
    const place = secretPlace(endpointId, number);
    const anew = await this.vault.reseal(sealedSecret, place, 'webhook_secret');
    if (anew === null) return 'unreadable';
    const exchanged = await this.database.rows(exchange, [endpointId, number, sealedSecret, anew]);
    return exchanged.length > 0 ? 'resealed' : 'moved';
  }
}
