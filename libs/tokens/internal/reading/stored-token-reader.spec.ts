import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { eventually } from '#kernel/testing';
import { RecordedMetrics } from '#observability/testing';
import { ChangeFeed } from '#database';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { DeskeraTokens, type DeskeraToken, type TokenRequest } from '../../deskera-token.js';

const orgId = '11242';
const otherOrg = { id: '99', name: 'Jakarta Org', email: 'person@example.com' };

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let replica: TestReplica;
let metrics: RecordedMetrics;
let tenantId: TenantId;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  deskera = new FakeDeskera({ now: () => new Date() });
  metrics = new RecordedMetrics();
  // Next to no memory: what is read once is not there a second time.
  replica = await openTestReplica({
    databaseUrl: database.url,
    deskera,
    metrics,
    tokens: { cacheMaxTokens: 1 },
  });
});

afterAll(async () => {
  await replica.close();
  await admin.end();
  await database.drop();
});

beforeEach(async () => {
  tenantId = randomTenant();
  await connectTenant(replica, deskera, { tenantId });
});

describe('a token that is good as it is stored', () => {
  it('is the one that get hands out, whether its org is named or not', async () => {
    for (const wish of [{}, { orgId }, { maxVerifiedAgeSeconds: 3_600 }, { minTtlSeconds: 3_000 }])
      expect(await cold(wish)).toEqual(await get(wish));
  });

  it('is the default one of several, or the one that is named', async () => {
    await connectTenant(replica, deskera, { tenantId, org: otherOrg });
    expect(await cold()).toBeNull();
    await set('connection', `is_default = true`, `org_id = '${otherOrg.id}'`);
    expect(await cold()).toMatchObject({ org: { id: otherOrg.id } });
    expect(await cold({ orgId })).toMatchObject({ org: { id: orgId } });
    expect(await cold({ orgId: 'another' })).toBeNull();
  });

  it('is the only one left, where the others are disconnected', async () => {
    await connectTenant(replica, deskera, { tenantId, org: otherOrg });
    await set('connection', `status = 'disconnected'`, `org_id = '${otherOrg.id}'`);
    expect(await cold()).toEqual(await get());
  });

  it('is kept in memory, and counted once', async () => {
    await cold({ tenantId: await anotherTenant() });
    metrics.lines.splice(0);
    await cold();
    expect(metrics.lines).toEqual(['token ok']);
    expect(replica.get(DeskeraTokens).hot(request())).not.toBeNull();
  });
});

describe('nothing comes, and nothing is counted or asked, where', () => {
  it.each([
    ['it has expired', 'credential', `expires_at = now() - interval '1 second'`],
    ['it is known to be bad', 'credential', `bad_since = now()`],
    ['it cannot be opened', 'credential', `sealed_token = sealed_refresh_token`],
    ['it is erased', 'credential', `sealed_token = NULL, sealed_refresh_token = NULL`],
    ['it has to be connected again', 'connection', `status = 'reconnect_required', reason = 'grant_revoked'`],
    ['it awaits its activation', 'connection', `status = 'awaiting_activation'`],
    ['it is disconnected', 'connection', `status = 'disconnected'`],
  ] as const)('%s', async (_why, table, assignment) => {
    expect(await cold()).not.toBeNull();
    await set(table, assignment);
    await expectNothing({});
  });

  it.each([{ minTtlSeconds: 86_400 }, { maxVerifiedAgeSeconds: 0 }, { orgId: 'another' }])(
    'the caller wants %j',
    async (wish) => {
      await expectNothing(wish);
    },
  );

  it('the default one is not connected, though another is', async () => {
    await connectTenant(replica, deskera, { tenantId, org: otherOrg });
    await set('connection', `is_default = true, status = 'awaiting_activation'`, `org_id = '${orgId}'`);
    await expectNothing({});
  });

  it('the tenant has none', async () => {
    await expectNothing({ tenantId: randomTenant() });
  });
});

async function expectNothing(wish: Partial<TokenRequest>): Promise<void> {
  await untilFresh();
  const before = [metrics.lines.length, deskera.calls.length];
  expect(await replica.get(DeskeraTokens).cold(request(wish))).toBeNull();
  expect([metrics.lines.length, deskera.calls.length]).toEqual(before);
}

async function anotherTenant(): Promise<TenantId> {
  const other = randomTenant();
  await connectTenant(replica, deskera, { tenantId: other });
  return other;
}

/** Past the store: nobody is told, which a read of the row does not need. */
async function set(table: 'connection' | 'credential', assignments: string, where = 'true'): Promise<void> {
  await admin.query(
    `UPDATE ${table} SET ${assignments}
      WHERE connection_id IN (SELECT connection_id FROM connection WHERE tenant_id = $1) AND ${where}`,
    [tenantId],
  );
}

async function cold(wish: Partial<TokenRequest> = {}): Promise<DeskeraToken | null> {
  await untilFresh();
  return (await replica.get(DeskeraTokens).cold(request(wish)))?.whole() ?? null;
}

async function get(wish: Partial<TokenRequest> = {}): Promise<DeskeraToken> {
  // Into memory comes another one first, so that this is read as well.
  await replica.get(DeskeraTokens).get(request({ tenantId: await anotherTenant() }));
  return replica.get(DeskeraTokens).get(request(wish));
}

function untilFresh(): Promise<void> {
  return eventually(() => replica.get(ChangeFeed).isFresh());
}

function request(wish: Partial<TokenRequest> = {}): TokenRequest {
  return { tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null, ...wish };
}
