import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../change-feed.js';
import {
  ServiceKeyStore,
  type NewServiceKey,
  type ServiceKeyCredential,
  type ServiceKeyRecord,
} from '../service-key-store.js';
import { Database } from './database.js';
import { statement } from './statement.js';

type Row<Columns> = Columns & Record<string, unknown>;

const recordColumns = `k.key_id AS "keyId", k.name, k.scopes, k.tenants, k.created_at AS "createdAt",
  k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt"`;

const insertKey = statement(
  'service_key_create',
  `INSERT INTO service_key AS k (key_id, name, scopes, tenants, expires_at) VALUES ($1, $2, $3, $4, $5)
   RETURNING ${recordColumns}`,
);

const insertSecret = statement(
  'service_key_secret_create',
  `INSERT INTO service_key_secret (key_id, number, secret_sha256) VALUES ($1, 1, $2)`,
);

const list = statement(
  'service_key_list',
  `SELECT ${recordColumns} FROM service_key k ORDER BY created_at DESC, key_id`,
);

const findCredential = statement(
  'service_key_credential',
  `SELECT ${recordColumns},
          extract(epoch FROM k.expires_at - now())::double precision AS "expiresInSeconds",
          ARRAY(SELECT s.secret_sha256 FROM service_key_secret s
                 WHERE s.key_id = k.key_id AND s.revoked_at IS NULL) AS "liveSecretSha256"
     FROM service_key k WHERE k.key_id = $1`,
);

const revoke = statement(
  'service_key_revoke',
  `UPDATE service_key SET revoked_at = now() WHERE key_id = $1 AND revoked_at IS NULL RETURNING key_id`,
);

const publish = statement('service_key_publish', `INSERT INTO change (subject) VALUES ('key:' || $1)`);

const recordAction = statement(
  'admin_event_record',
  `INSERT INTO admin_event (actor, action, subject) VALUES ($1, $2, $3)`,
);

@Injectable()
export class ServiceKeySql extends ServiceKeyStore {
  constructor(
    private readonly database: Database,
    private readonly changes: ChangeFeed,
  ) {
    super();
  }

  override async create(key: NewServiceKey): Promise<ServiceKeyRecord> {
    const created = await this.database.transaction(async (transaction) => {
      const [row] = await transaction.rows<Row<ServiceKeyRecord>>(insertKey, [
        key.keyId,
        key.name,
        key.scopes,
        key.tenants,
        key.expiresAt,
      ]);
      if (row === undefined) throw new Error('An INSERT … RETURNING returned no row.');
      await transaction.rows(insertSecret, [key.keyId, key.secretSha256]);
      // A replica may remember that there is no such key.
      await transaction.rows(publish, [key.keyId]);
      return row;
    });
    this.changes.announce(`key:${key.keyId}`);
    return created;
  }

  override async list(): Promise<ServiceKeyRecord[]> {
    return this.database.rows<Row<ServiceKeyRecord>>(list, []);
  }

  override async findCredential(keyId: string): Promise<ServiceKeyCredential | null> {
    const [row] = await this.database.rows<Row<ServiceKeyCredential>>(findCredential, [keyId]);
    return row ?? null;
  }

  override async revoke(keyId: string): Promise<boolean> {
    const revoked = await this.database.transaction(async (transaction) => {
      const rows = await transaction.rows(revoke, [keyId]);
      if (rows.length > 0) await transaction.rows(publish, [keyId]);
      return rows.length > 0;
    });
    if (revoked) this.changes.announce(`key:${keyId}`);
    return revoked;
  }

  override async recordAdminAction(actor: string, action: string, subject: string | null): Promise<void> {
    await this.database.rows(recordAction, [actor, action, subject]);
  }
}
