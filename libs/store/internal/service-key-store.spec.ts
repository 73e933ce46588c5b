import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { ServiceKeyStore, type NewServiceKey } from '../service-key-store.js';
import { openTestStore, type TestStore } from '../testing/index.js';

let database: TestDatabase;
let store: TestStore;
let keys: ServiceKeyStore;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url);
  keys = store.get(ServiceKeyStore);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await store.close();
  await database.drop();
});

function newKey(changes: Partial<NewServiceKey> = {}): NewServiceKey {
  return {
    keyId: randomBytes(8).toString('hex'),
    name: 'invoices',
    scopes: ['tokens:read', 'connections:read'],
    tenants: ['acme', 'beta-*'],
    expiresAt: null,
    secretSha256: createHash('sha256').update(randomBytes(32)).digest(),
    ...changes,
  };
}

async function changesOf(keyId: string): Promise<number> {
  const { rowCount } = await client.query('SELECT 1 FROM change WHERE subject = $1', [`key:${keyId}`]);
  return rowCount ?? 0;
}

describe('service keys in PostgreSQL', () => {
  it('are found again with the hash of their secret', async () => {
    const key = newKey();
    const created = await keys.create(key);
    expect(created).toMatchObject({
      keyId: key.keyId,
      scopes: key.scopes,
      tenants: key.tenants,
      revokedAt: null,
    });
    const found = await keys.findCredential(key.keyId);
    expect(found).toMatchObject({
      keyId: key.keyId,
      name: 'invoices',
      tenants: key.tenants,
      expiresInSeconds: null,
    });
    expect(found?.liveSecretSha256).toEqual([key.secretSha256]);
  });

  it('tell how long they live by the database’s clock', async () => {
    const key = newKey({ expiresAt: new Date(Date.now() + 60_000) });
    await keys.create(key);
    const found = await keys.findCredential(key.keyId);
    expect(found?.expiresAt).toEqual(key.expiresAt);
    expect(found?.expiresInSeconds).toBeGreaterThan(0);
    expect(found?.expiresInSeconds).toBeLessThanOrEqual(60.5);
  });

  it('without an entry are null', async () => {
    expect(await keys.findCredential('nobody')).toBeNull();
  });

  it('forget the secrets that are revoked on their own', async () => {
    const key = newKey();
    await keys.create(key);
    await client.query('UPDATE service_key_secret SET revoked_at = now() WHERE key_id = $1', [key.keyId]);
    expect((await keys.findCredential(key.keyId))?.liveSecretSha256).toEqual([]);
  });

  it('are listed newest first, revoked ones included', async () => {
    const [older, newer] = [newKey(), newKey()];
    await keys.create(older);
    await keys.create(newer);
    await keys.revoke(older.keyId);
    const listed = await keys.list();
    const positions = [newer, older].map(({ keyId }) => listed.findIndex((key) => key.keyId === keyId));
    expect(positions[0]).toBeLessThan(positions[1] ?? -1);
    expect(listed[positions[1] ?? -1]?.revokedAt).toBeInstanceOf(Date);
    expect(JSON.stringify(listed)).not.toContain('ecret');
  });

  it('publish their creation and their revocation, the second revocation not', async () => {
    const key = newKey();
    await keys.create(key);
    expect(await changesOf(key.keyId)).toBe(1);
    expect(await keys.revoke(key.keyId)).toBe(true);
    expect(await keys.revoke(key.keyId)).toBe(false);
    expect(await keys.revoke('nobody')).toBe(false);
    expect(await changesOf(key.keyId)).toBe(2);
  });

  it('of which one exists twice leave no trace of the second', async () => {
    const key = newKey();
    await keys.create(key);
    await expect(keys.create({ ...key, name: 'other' })).rejects.toThrow();
    expect(await keys.findCredential(key.keyId)).toMatchObject({ name: 'invoices' });
    expect(await changesOf(key.keyId)).toBe(1);
  });
});

describe('what admins did', () => {
  it('is kept', async () => {
    await keys.recordAdminAction('admin_key', 'connection_check', 'a-connection');
    await keys.recordAdminAction('key:abc', 'list', null);
    const { rows } = await client.query('SELECT actor, action, subject FROM admin_event ORDER BY event_id');
    expect(rows).toEqual([
      { actor: 'admin_key', action: 'connection_check', subject: 'a-connection' },
      { actor: 'key:abc', action: 'list', subject: null },
    ]);
  });
});
