import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { testEncryptionKeys } from '#crypto/testing';
import { FakeDeskera } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { WebhookStorageModule } from '#notifications';
import { SpoolSeals } from '#spool';
import { EncryptedRecords } from '#vault';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { Connections } from '../../connections.js';
import { DeskeraTokens } from '../../deskera-token.js';
import { Reencryption, type ReencryptionProgress } from '../../reencryption.js';

const noWebhookSecrets = {
  kind: 'webhook secrets',
  resealed: 0,
  current: 0,
  unreadable: 0,
  unreadableIds: [],
  left: 0,
};

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let folder: string;
let replicas: TestReplica[];

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

beforeEach(async () => {
  await admin.query(
    'TRUNCATE connection, connection_upkeep, credential, connection_event, connect_session CASCADE',
  );
  folder = await mkdtemp(join(tmpdir(), 'token-broker-reencryption-'));
  deskera = new FakeDeskera({ now: () => new Date() });
  replicas = [];
});

afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.close()));
  await rm(folder, { recursive: true, force: true });
});

async function replicaWith(...keyIds: readonly string[]): Promise<TestReplica> {
  const encryptionKeys = testEncryptionKeys(...keyIds);
  const replica = await openTestReplica({
    databaseUrl: database.url,
    deskera,
    dataFolder: folder,
    encryptionKeys,
    modules: [WebhookStorageModule],
  });
  replicas.push(replica);
  return replica;
}

async function connected(replica: TestReplica): Promise<TenantId> {
  const tenantId = randomTenant();
  await connectTenant(replica, deskera, {
    tenantId,
    org: { id: tenantId, name: 'Some Org', email: 'person@example.com' },
  });
  return tenantId;
}

function run(replica: TestReplica, signal = new AbortController().signal) {
  const told: ReencryptionProgress[] = [];
  const report = replica.get(Reencryption).run((progress) => told.push(progress), signal);
  return report.then((value) => ({ ...value, told }));
}

function read(replica: TestReplica, tenantId: TenantId) {
  return replica
    .get(DeskeraTokens)
    .get({ tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null });
}

describe('re-encryption', () => {
  it('brings all under the first key, so that the old one may go, and then finds nothing to do', async () => {
    const before = await replicaWith('old', 'new');
    const tenantId = await connected(before);
    const tenants = [tenantId, await connected(before), await connected(before)];
    const after = await replicaWith('new', 'old');
    const { told, ...report } = await run(after);
    expect(report).toEqual({
      currentKeyId: 'new',
      kinds: [
        { kind: 'credentials', resealed: 3, current: 3, unreadable: 0, unreadableIds: [], left: 0 },
        noWebhookSecrets,
      ],
      otherKeys: [],
      spoolUnreadable: false,
      interrupted: false,
      complete: true,
    });
    expect(told).toContainEqual({ kind: 'credentials', walk: 2, done: 3, total: 3 });

    const without = await replicaWith('new');
    for (const each of tenants) expect((await read(without, each)).degraded).toBeNull();
    const [connection] = await without.get(Connections).ofTenant(tenantId);
    await without.get(Connections).refreshNow(connection?.connectionId ?? '');
    expect(await run(without)).toMatchObject({
      kinds: [{ resealed: 0, current: 3 }, noWebhookSecrets],
      complete: true,
    });
  });

  it('tells of rows whose key is missing, and leaves them as they are', async () => {
    await connected(await replicaWith('lost'));
    await connected(await replicaWith('old'));
    const before = await admin.query(`SELECT sealed_token FROM credential ORDER BY 1`);
    const report = await run(await replicaWith('new', 'old'));
    expect(report).toMatchObject({
      kinds: [{ resealed: 1, unreadable: 1, unreadableIds: [expect.any(String)], left: 0 }, noWebhookSecrets],
      otherKeys: [{ keyId: 'lost', rows: 1, spooled: 0 }],
      complete: false,
    });
    const after = await admin.query(`SELECT sealed_token FROM credential ORDER BY 1`);
    const kept = after.rows.filter((row) => JSON.stringify(before.rows).includes(JSON.stringify(row)));
    expect(kept).toHaveLength(1);
  });

  it('loses no refresh that comes in the same moment', async () => {
    const before = await replicaWith('old', 'new');
    const tenantId = await connected(before);
    const [connection] = await before.get(Connections).ofTenant(tenantId);
    const after = await replicaWith('new', 'old');
    const [credentials] = after.get(EncryptedRecords).kinds as unknown as [
      { vault: { reseal: (...values: unknown[]) => Promise<unknown> } },
    ];
    const reseal = credentials.vault.reseal.bind(credentials.vault);
    let refreshed = false;
    credentials.vault.reseal = async (...values) => {
      if (!refreshed) {
        refreshed = true;
        await before.get(Connections).refreshNow(connection?.connectionId ?? '');
      }
      return reseal(...values);
    };
    const { fingerprint } = await read(before, tenantId);
    const report = await run(after);
    const now = await read(await replicaWith('new'), tenantId);
    expect(now.fingerprint).not.toBe(fingerprint);
    // The broker that refreshed it still had the old key first: the next walk brought that under the new one.
    expect(report).toMatchObject({
      kinds: [{ resealed: 1, current: 1, left: 0 }, noWebhookSecrets],
      complete: true,
    });
  });

  it('is not complete while an entry of the spool needs an old key, or nobody knows', async () => {
    const replica = await replicaWith('new', 'old');
    const seals = replica.get(SpoolSeals);
    const byKey = new Map([
      ['old', 1],
      ['new', 2],
    ]);
    seals.count = () => Promise.resolve({ byKey, blind: false });
    const otherKeys = [{ keyId: 'old', rows: 0, spooled: 1 }];
    expect(await run(replica)).toMatchObject({ otherKeys, complete: false });
    seals.count = () => Promise.resolve({ byKey: new Map(), blind: true });
    expect(await run(replica)).toMatchObject({ otherKeys: [], spoolUnreadable: true, complete: false });
  });

  it('stops where it is told to, says so, and goes on the next time', async () => {
    await connected(await replicaWith('old'));
    const after = await replicaWith('new', 'old');
    expect(await run(after, AbortSignal.abort())).toMatchObject({ interrupted: true, complete: false });
    expect(await run(after)).toMatchObject({ interrupted: false, complete: true });
  });
});
