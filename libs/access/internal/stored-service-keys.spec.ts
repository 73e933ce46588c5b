import { beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import type { Failure } from '#kernel';
import { ManualClock } from '#kernel/testing';
import { ClockTime } from '#database/testing';
import { Caller } from '../caller.js';
import type { ServiceKeyRequest } from '../service-keys.js';
import { FakeServiceKeyStore } from '../testing/index.js';
import { readKey } from './key-text.js';
import { StoredAdminTrail } from './stored-admin-trail.js';
import { StoredServiceKeys } from './stored-service-keys.js';

const admin = new Caller({ actor: 'admin_key', scopes: ['admin'], tenants: ['*'] });
const request: ServiceKeyRequest = {
  name: 'invoices',
  scopes: ['tokens:read'],
  tenants: ['acme'],
  expiresAt: null,
};

let store: FakeServiceKeyStore;
let keys: StoredServiceKeys;

beforeEach(() => {
  store = new FakeServiceKeyStore();
  keys = new StoredServiceKeys(
    store,
    new StoredAdminTrail(store),
    new ClockTime(new ManualClock(new Date('2026-01-01T00:00:00Z'))),
  );
});

describe('creating a service key', () => {
  it('shows the key once, keeps its hash, and records who made it', async () => {
    const created = await keys.create({ ...request, scopes: ['tokens:read', 'tokens:read'] }, admin);
    const secret = readKey(created.key.reveal())?.secret;
    const stored = await store.findCredential(created.keyId);
    expect(created).toMatchObject({ name: 'invoices', scopes: ['tokens:read'], tenants: ['acme'] });
    expect(stored?.liveSecretSha256).toEqual([secret?.sha256()]);
    expect(inspect(stored)).not.toContain(secret?.reveal());
    expect(store.actions).toEqual([
      { actor: 'admin_key', action: 'service_key_create', subject: created.keyId },
    ]);
  });

  it.each([
    { wrong: { scopes: [] }, fields: ['scopes'] },
    { wrong: { scopes: ['everything'] }, fields: ['scopes'] },
    { wrong: { tenants: [] }, fields: ['tenants'] },
    { wrong: { tenants: ['ac me'] }, fields: ['tenants'] },
    { wrong: { scopes: ['admin'], tenants: ['acme'] }, fields: ['tenants'] },
    { wrong: { expiresAt: new Date('2026-01-01T00:00:00Z') }, fields: ['expiresAt'] },
    { wrong: { expiresAt: new Date('9999-12-31T23:59:59-23:59') }, fields: ['expiresAt'] },
    { wrong: { expiresAt: new Date(NaN) }, fields: ['expiresAt'] },
    {
      wrong: { scopes: ['everything'], tenants: [], expiresAt: new Date(0) },
      fields: ['scopes', 'tenants', 'expiresAt'],
    },
  ])('refuses $wrong', async ({ wrong, fields }) => {
    const failure = await keys
      .create({ ...request, ...wrong }, admin)
      .catch((error: unknown) => error as Failure);
    expect(failure).toMatchObject({ code: 'invalid_request' });
    const { errors } = (failure as Failure).extensions as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field)).toEqual(fields);
    expect(store.actions).toEqual([]);
  });

  it('is not done where it can’t be recorded', async () => {
    store.away = true;
    await expect(keys.create(request, admin)).rejects.toMatchObject({ code: 'broker_unavailable' });
    expect(await store.list()).toEqual([]);
  });
});

describe('revoking a service key', () => {
  it('works once, and records who asked', async () => {
    const { keyId } = await keys.create(request, admin);
    await keys.revoke(keyId, admin);
    await expect(keys.revoke(keyId, admin)).rejects.toMatchObject({ code: 'service_key_not_found' });
    expect((await keys.list())[0]?.revokedAt).toBeInstanceOf(Date);
    expect(store.actions.filter(({ action }) => action === 'service_key_revoke')).toHaveLength(2);
  });
});

describe('a second secret', () => {
  it('is shown once as a key of the same id, and on record', async () => {
    const { keyId, key } = await keys.create(request, admin);
    const added = await keys.addSecret(keyId, admin);
    expect(added).toMatchObject({ keyId, number: 2 });
    expect(readKey(added.key.reveal())?.keyId).toBe(keyId);
    expect(added.key.reveal()).not.toBe(key.reveal());
    await keys.removeSecret(keyId, 1, admin);
    expect(store.actions.slice(1)).toEqual([
      { actor: 'admin_key', action: 'service_key_secret_create', subject: keyId },
      { actor: 'admin_key', action: 'service_key_secret_remove', subject: `${keyId}/1` },
    ]);
  });

  it.each([
    { added: 'full', code: 'service_key_secrets_full' },
    { added: 'key_not_found', code: 'service_key_not_found' },
  ] as const)('is refused where the store says $added', async ({ added, code }) => {
    store.added = { kind: added };
    await expect(keys.addSecret('0123456789abcdef', admin)).rejects.toMatchObject({ code });
  });

  it.each([
    { removed: 'last', code: 'service_key_last_secret' },
    { removed: 'not_found', code: 'service_key_secret_not_found' },
    { removed: 'key_not_found', code: 'service_key_not_found' },
  ] as const)('is not removed where the store says $removed', async ({ removed, code }) => {
    store.removed = removed;
    await expect(keys.removeSecret('0123456789abcdef', 1, admin)).rejects.toMatchObject({ code });
  });
});

describe('one service key', () => {
  it('is found, revoked or not; none is a failure', async () => {
    const { keyId } = await keys.create(request, admin);
    expect(await keys.find(keyId)).toMatchObject({ keyId, name: 'invoices', revokedAt: null });
    await keys.revoke(keyId, admin);
    expect((await keys.find(keyId)).revokedAt).toBeInstanceOf(Date);
    await expect(keys.find('nobody')).rejects.toMatchObject({ code: 'service_key_not_found' });
  });
});
