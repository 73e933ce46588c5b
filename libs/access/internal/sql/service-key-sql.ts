import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '#database';
import {
  ServiceKeyStore,
  type NewServiceKey,
  type SecretAdded,
  type SecretRemoved,
  type ServiceKeyCredential,
  type ServiceKeyRecord,
  type ServiceKeyTerms,
  type ServiceKeyUse,
} from '../service-key-store.js';
import { Database, type Queryable, ObservedDatabaseTime, ServerLives } from '#database/sql';
import * as sql from './service-key-statements.js';

/** The secret in use and its replacement. */
const mostLiveSecrets = 2;

type Row<Columns> = Columns & Record<string, unknown>;

interface RecordRow extends ServiceKeyTerms {
  readonly lastUsedAt: Date | null;
  /** From JSON, so times are texts. */
  readonly secrets: readonly { readonly number: number; readonly createdAt: string }[];
}

/** If the key does not exist, all columns except the server's life and time are null. */
type CredentialRow = { readonly life: string | null; readonly readAt: Date } & (
  ServiceKeyCredential | { readonly keyId: null }
);

@Injectable()
export class ServiceKeySql extends ServiceKeyStore {
  constructor(
    private readonly database: Database,
    private readonly changes: ChangeFeed,
    private readonly time: ObservedDatabaseTime,
    private readonly lives: ServerLives,
  ) {
    super();
  }

  override async create(key: NewServiceKey): Promise<ServiceKeyRecord> {
    const { keyId, name, scopes, tenants, expiresAt } = key;
    const created = await this.database.transaction(async (transaction) => {
      await transaction.rows(sql.insertKey, [keyId, name, scopes, tenants, expiresAt]);
      await transaction.rows(sql.insertSecret, [keyId, key.secretSha256]);
      // A replica may remember that there is no such key.
      await transaction.rows(sql.publishKey, [keyId]);
      return findIn(transaction, keyId);
    });
    if (created === null) throw new Error('A service key that was just created is not there.');
    this.changes.announce(`key:${keyId}`);
    return created;
  }

  override async list(): Promise<ServiceKeyRecord[]> {
    return (await this.database.rows<Row<RecordRow>>(sql.listKeys, [])).map(toRecord);
  }

  override async find(keyId: string): Promise<ServiceKeyRecord | null> {
    return findIn(this.database, keyId);
  }

  override async findCredential(keyId: string): Promise<ServiceKeyCredential | null> {
    const [row] = await this.database.rows<Row<CredentialRow>>(sql.findCredential, [keyId]);
    this.lives.recognize(row?.life ?? null);
    return row === undefined || row.keyId === null ? null : this.time.observed(row);
  }

  override async existing(keyIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.rows<Row<{ keyId: string }>>(sql.existingKeys, [keyIds]);
    return new Set(rows.map(({ keyId }) => keyId));
  }

  override async revoke(keyId: string): Promise<boolean> {
    const revoked = await this.database.transaction(async (transaction) => {
      const rows = await transaction.rows(sql.revokeKey, [keyId]);
      if (rows.length > 0) await transaction.rows(sql.publishKey, [keyId]);
      return rows.length > 0;
    });
    if (revoked) this.changes.announce(`key:${keyId}`);
    return revoked;
  }

  override async addSecret(keyId: string, sha256: Buffer): Promise<SecretAdded> {
    const added = await this.database.transaction(async (transaction): Promise<SecretAdded> => {
      const live = await lockAndReadLive(transaction, keyId);
      if (live === null) return { kind: 'key_not_found' };
      if (live.length >= mostLiveSecrets) return { kind: 'full' };
      const [row] = await transaction.rows<{ number: number }>(sql.insertSecret, [keyId, sha256]);
      if (row === undefined) throw new Error('An INSERT … RETURNING returned no row.');
      // A replica may remember the key without it.
      await transaction.rows(sql.publishKey, [keyId]);
      return { kind: 'added', number: row.number };
    });
    if (added.kind === 'added') this.changes.announce(`key:${keyId}`);
    return added;
  }

  override async removeSecret(keyId: string, number: number): Promise<SecretRemoved> {
    const removed = await this.database.transaction(async (transaction): Promise<SecretRemoved> => {
      const live = await lockAndReadLive(transaction, keyId);
      if (live === null) return 'key_not_found';
      if (!live.includes(number)) return 'not_found';
      if (live.length === 1) return 'last';
      await transaction.rows(sql.removeSecret, [keyId, number]);
      await transaction.rows(sql.publishKey, [keyId]);
      return 'removed';
    });
    if (removed === 'removed') this.changes.announce(`key:${keyId}`);
    return removed;
  }

  override async recordUses(uses: readonly ServiceKeyUse[]): Promise<void> {
    await this.database.rows(sql.recordUses, [uses.map(({ keyId }) => keyId), uses.map(({ at }) => at)]);
  }

  override async recordAdminAction(actor: string, action: string, subject: string | null): Promise<void> {
    await this.database.rows(sql.recordAction, [actor, action, subject]);
  }
}

/**
 * @returns the numbers of the valid secrets, locked until the end of the transaction; null if there is no valid key
 */
async function lockAndReadLive(transaction: Queryable, keyId: string): Promise<readonly number[] | null> {
  const locked = await transaction.rows(sql.lockKey, [keyId]);
  if (locked.length === 0) return null;
  // A statement of its own: the one that waited for the lock saw the secrets as they were before.
  return (await transaction.rows<{ number: number }>(sql.liveSecrets, [keyId])).map(({ number }) => number);
}

async function findIn(queryable: Queryable, keyId: string): Promise<ServiceKeyRecord | null> {
  const [row] = await queryable.rows<Row<RecordRow>>(sql.findKey, [keyId]);
  return row === undefined ? null : toRecord(row);
}

function toRecord(row: RecordRow): ServiceKeyRecord {
  const secrets = row.secrets.map(({ number, createdAt }) => ({ number, createdAt: new Date(createdAt) }));
  return { ...row, secrets };
}
