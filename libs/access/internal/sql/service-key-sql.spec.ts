import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { AccessStorageModule } from './access-storage.module.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ServiceKeyStore, type NewServiceKey } from '../service-key-store.js';
import { openTestStore, type TestStore } from '#connections/testing';

let database: TestDatabase;
let store: TestStore;
let keys: ServiceKeyStore;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url, { modules: [AccessStorageModule] });
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

async function created(): Promise<NewServiceKey> {
  const key = newKey();
  await keys.create(key);
  return key;
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

  it('are told from ids that nobody has, many at a time', async () => {
    const [key, revoked] = [newKey(), newKey()];
    await keys.create(key);
    await keys.create(revoked);
    await keys.revoke(revoked.keyId);
    const found = await keys.existing([key.keyId, 'nobody', revoked.keyId]);
    expect(found).toEqual(new Set([key.keyId, revoked.keyId]));
    expect(await keys.existing([])).toEqual(new Set());
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
    expect(JSON.stringify(listed)).not.toMatch(/sha256|hash/i);
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

describe('the secrets of a key', () => {
  const secret = (): Buffer => createHash('sha256').update(randomBytes(32)).digest();

  async function numbersOf(keyId: string): Promise<number[] | undefined> {
    return (await keys.find(keyId))?.secrets.map(({ number }) => number);
  }

  it('are one or two, and their numbers count up for ever', async () => {
    const { keyId, secretSha256 } = await created();
    const [second, third] = [secret(), secret()];
    expect(await keys.addSecret(keyId, second)).toEqual({ kind: 'added', number: 2 });
    expect(await keys.addSecret(keyId, third)).toEqual({ kind: 'full' });
    expect((await keys.findCredential(keyId))?.liveSecretSha256).toEqual([secretSha256, second]);
    expect(await keys.removeSecret(keyId, 2)).toBe('removed');
    expect(await keys.removeSecret(keyId, 2)).toBe('not_found');
    expect(await keys.removeSecret(keyId, 1)).toBe('last');
    expect(await keys.addSecret(keyId, third)).toEqual({ kind: 'added', number: 3 });
    expect(await keys.removeSecret(keyId, 1)).toBe('removed');
    expect(await numbersOf(keyId)).toEqual([3]);
    expect((await keys.findCredential(keyId))?.liveSecretSha256).toEqual([third]);
  });

  it('are listed without their hash, and none of a revoked key', async () => {
    const { keyId } = await created();
    await keys.addSecret(keyId, secret());
    const listed = (await keys.list()).find((key) => key.keyId === keyId);
    expect(listed?.secrets).toEqual([
      { number: 1, createdAt: expect.any(Date) },
      { number: 2, createdAt: expect.any(Date) },
    ]);
    expect(listed?.secrets[0]?.createdAt).toEqual(listed?.createdAt);
    await keys.revoke(keyId);
    expect(await numbersOf(keyId)).toEqual([]);
  });

  it('of no key, and of a revoked one, can be neither added nor removed', async () => {
    const { keyId } = await created();
    await keys.addSecret(keyId, secret());
    await keys.revoke(keyId);
    for (const id of [keyId, 'nobody']) {
      expect(await keys.addSecret(id, secret())).toEqual({ kind: 'key_not_found' });
      expect(await keys.removeSecret(id, 1)).toBe('key_not_found');
    }
  });

  it('that many add at once are two in the end', async () => {
    const { keyId } = await created();
    const results = await Promise.all(Array.from({ length: 8 }, () => keys.addSecret(keyId, secret())));
    expect(results.map(({ kind }) => kind).sort()).toEqual(['added', ...Array<string>(7).fill('full')]);
    expect(await numbersOf(keyId)).toEqual([1, 2]);
  });

  it('that two remove at once leave one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { keyId } = await created();
      await keys.addSecret(keyId, secret());
      const results = await Promise.all([keys.removeSecret(keyId, 1), keys.removeSecret(keyId, 2)]);
      expect(results.sort()).toEqual(['last', 'removed']);
      expect(await numbersOf(keyId)).toHaveLength(1);
    }
  });

  it('publish what is added and what is removed, and nothing else', async () => {
    const { keyId } = await created();
    await keys.addSecret(keyId, secret());
    expect(await changesOf(keyId)).toBe(2);
    await keys.addSecret(keyId, secret());
    await keys.removeSecret(keyId, 7);
    expect(await changesOf(keyId)).toBe(2);
    await keys.removeSecret(keyId, 1);
    expect(await changesOf(keyId)).toBe(3);
    await keys.removeSecret(keyId, 2);
    expect(await changesOf(keyId)).toBe(3);
  });
});

describe('when keys were used', () => {
  it('is kept, the newest of all replicas', async () => {
    const [one, other] = [await created(), await created()];
    const [old, young] = [new Date('2026-11-23T12:00:00Z'), new Date('2026-11-23T12:00:01Z')];
    expect((await keys.find(one.keyId))?.lastUsedAt).toBeNull();
    await keys.recordUses([
      { keyId: other.keyId, at: old },
      { keyId: one.keyId, at: young },
    ]);
    await keys.recordUses([
      { keyId: one.keyId, at: old },
      { keyId: other.keyId, at: young },
    ]);
    expect((await keys.find(one.keyId))?.lastUsedAt).toEqual(young);
    expect((await keys.list()).find(({ keyId }) => keyId === other.keyId)?.lastUsedAt).toEqual(young);
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
