import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera, ourFault, passing, refused, type FakeOrg } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { Connections } from '../connections.js';
import { DeskeraTokens, type DeskeraToken } from '../deskera-token.js';

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let replica: TestReplica;
let tenantId: TenantId;

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
  deskera = new FakeDeskera({ now: () => new Date() });
  replica = await open();
  tenantId = randomTenant();
});

afterEach(async () => {
  await replica.close();
});

describe('a refused refresh', () => {
  it('is the end only once the current token was asked about, and is bad', async () => {
    await connectedAndExpired(tenantId);
    deskera.answerNext('refresh', refused());
    deskera.answerNext('validate', { kind: 'invalid' });
    await expect(get(tenantId)).rejects.toMatchObject({ code: 'reconnect_required' });
    expect(deskera.calls.map(({ operation }) => operation)).toEqual(['refresh', 'validate']);
  });

  it.each([passing('timeout'), passing('server_error'), passing('rate_limited'), passing('breaker_open')])(
    'is no verdict where Deskera does not say whether the token is good: $reason',
    async (silence) => {
      await connectedAndExpired(tenantId);
      deskera.answerNext('refresh', refused());
      deskera.answerNext('validate', silence);
      await expect(get(tenantId)).rejects.toMatchObject({ code: 'deskera_unavailable' });
      expect(await view(tenantId)).toMatchObject({ status: 'connected', reason: null });
    },
  );

  it('is told as a restored database where the grant was stored before that, and not refreshed since', async () => {
    await connectedAndExpired(tenantId);
    await admin.query(`UPDATE credential SET issued_at = now() - interval '1 hour'`);
    await databaseRestored(300);
    deskera.answerNext('refresh', refused());
    deskera.answerNext('validate', { kind: 'invalid' });
    await expect(get(tenantId)).rejects.toMatchObject({
      code: 'reconnect_required',
      extensions: { reason: 'database_restored' },
    });
    expect(await view(tenantId)).toMatchObject({
      status: 'reconnect_required',
      reason: 'database_restored',
    });
  });

  it('is told as a revocation where the grant was stored after the database was restored', async () => {
    await databaseRestored(60);
    await connectedAndExpired(tenantId);
    deskera.answerNext('refresh', refused());
    deskera.answerNext('validate', { kind: 'invalid' });
    await expect(get(tenantId)).rejects.toMatchObject({ extensions: { reason: 'grant_revoked' } });
  });

  it('says nothing of a grant that came meanwhile', async () => {
    await connectedAndExpired(tenantId);
    let askedByConnecting = 0;
    deskera.answerNext('refresh', async () => {
      await connectTenant(replica, deskera, { tenantId, org: orgOf(tenantId) });
      askedByConnecting = deskera.callsOf('validate').length;
      return refused();
    });
    expect(await get(tenantId)).toMatchObject({ degraded: null });
    expect(deskera.callsOf('validate')).toHaveLength(askedByConnecting);
    expect(await view(tenantId)).toMatchObject({ status: 'connected' });
  });

  it('says nothing of a grant that came while the older token was asked about', async () => {
    await connectedAndExpired(tenantId);
    deskera.answerNext('refresh', refused());
    deskera.answerNext('validate', async () => {
      await connectTenant(replica, deskera, { tenantId, org: orgOf(tenantId) });
      return { kind: 'invalid' };
    });
    expect(await get(tenantId)).toMatchObject({ degraded: null });
    expect(await view(tenantId)).toMatchObject({ status: 'connected' });
  });
});

describe('a refused client', () => {
  it('is no fault of any connection, however many ask', async () => {
    const tenants = Array.from({ length: 10 }, () => randomTenant());
    for (const tenant of tenants) await connectedAndExpired(tenant);
    deskera.answerNext('refresh', ...tenants.map(() => ourFault('client_refused')));
    const failures = await Promise.all(tenants.map((tenant) => get(tenant).catch((error: unknown) => error)));
    for (const failure of failures) expect(failure).toMatchObject({ code: 'deskera_client_refused' });
    for (const tenant of tenants) {
      expect(await view(tenant)).toMatchObject({ status: 'connected', consecutiveFailures: 0 });
    }
    expect(deskera.callsOf('validate')).toHaveLength(0);
  });
});

function orgOf(tenant: TenantId): FakeOrg {
  return { id: tenant, name: 'Some Org', email: 'person@example.com' };
}

async function connectedAndExpired(tenant: TenantId): Promise<void> {
  const { connectionId } = await connectTenant(replica, deskera, { tenantId: tenant, org: orgOf(tenant) });
  deskera.calls.length = 0;
  await admin.query(
    `UPDATE credential SET expires_at = now() - interval '1 second' WHERE connection_id = $1`,
    [connectionId],
  );
}

function open(): Promise<TestReplica> {
  return openTestReplica({ databaseUrl: database.url, deskera, tokens: { timeoutSeconds: 2 } });
}

/** As the store records it. The replica starts after it: one that runs would have to notice first. */
async function databaseRestored(secondsAgo: number): Promise<void> {
  await replica.close();
  await admin.query(
    `UPDATE database_origin SET written_by = pg_current_xact_id(),
            restored_at = clock_timestamp() - make_interval(secs => $1)`,
    [secondsAgo],
  );
  replica = await open();
}

async function view(tenant: TenantId) {
  const [connection] = await replica.get(Connections).ofTenant(tenant);
  return connection;
}

function get(tenant: TenantId): Promise<DeskeraToken> {
  return replica
    .get(DeskeraTokens)
    .get({ tenantId: tenant, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null });
}
