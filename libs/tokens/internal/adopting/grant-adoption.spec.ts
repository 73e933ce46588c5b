import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeDeskera } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { Connections } from '../../connections.js';
import { DeskeraTokens } from '../../deskera-token.js';

let database: TestDatabase;
let deskera: FakeDeskera;
let replica: TestReplica;
let tenantId: TenantId;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  deskera = new FakeDeskera({ now: () => new Date() });
  replica = await openTestReplica({ databaseUrl: database.url, deskera });
  tenantId = randomTenant();
});

afterEach(async () => {
  await replica.close();
});

// Deskera may hand back an older pair on a second connect.
describe('an older pair whose token is bad', () => {
  it('that this connection has spent is not spent again, and the newer grant stays', async () => {
    const older = deskera.issueGrant();
    const { connectionId } = await connectTenant(replica, deskera, { tenantId, grant: older });
    await replica.get(Connections).refreshNow(connectionId);
    const before = await get();
    expect(await connectTenant(replica, deskera, { tenantId, grant: older })).toEqual({
      connectionId,
      active: true,
    });
    expect(deskera.grants.spentShownAgain).toBe(0);
    expect((await get()).fingerprint).toBe(before.fingerprint);
  });

  it('that this connection has spent does not replace a newer grant that only has to be refreshed', async () => {
    const older = deskera.issueGrant();
    const { connectionId } = await connectTenant(replica, deskera, { tenantId, grant: older });
    await replica.get(Connections).refreshNow(connectionId);
    deskera.grants.expire('11242');
    deskera.answerNext('refresh', {
      kind: 'passing',
      definite: true,
      reason: 'rate_limited',
      retryAfterSeconds: 1,
      summary: '429',
    });
    await expect(get({ maxVerifiedAgeSeconds: 0 })).rejects.toMatchObject({ code: 'deskera_unavailable' });
    await connectTenant(replica, deskera, { tenantId, grant: older });
    expect(await get()).toMatchObject({ degraded: null });
    expect(deskera.grants.spentShownAgain).toBe(0);
  });

  it('that was traded at once when it first came is not spent again, and the newer grant stays', async () => {
    const older = deskera.issueGrant();
    deskera.grants.expire('11242');
    await connectTenant(replica, deskera, { tenantId, grant: older });
    const before = await get();
    deskera.grants.expire('11242');
    await connectTenant(replica, deskera, { tenantId, grant: older });
    expect(deskera.grants.spentShownAgain).toBe(0);
    expect((await get()).fingerprint).not.toBe(before.fingerprint);
  });

  it('that this connection holds is refreshed by the connection, under its lease', async () => {
    const grant = deskera.issueGrant();
    const { connectionId } = await connectTenant(replica, deskera, { tenantId, grant });
    deskera.grants.expire('11242');
    await connectTenant(replica, deskera, { tenantId, grant });
    expect(await get()).toMatchObject({ connectionId, degraded: null });
    expect(deskera.callsOf('refresh')).toHaveLength(1);
  });

  it('that cures nothing leaves it to the next read to say so', async () => {
    const grant = deskera.issueGrant();
    await connectTenant(replica, deskera, { tenantId, grant });
    deskera.grants.revoke('11242');
    await expect(get({ maxVerifiedAgeSeconds: 0 })).rejects.toMatchObject({ code: 'reconnect_required' });
    await expect(connectTenant(replica, deskera, { tenantId, grant })).rejects.toMatchObject({
      code: 'code_exchange_failed',
    });
    await expect(get()).rejects.toMatchObject({ code: 'reconnect_required' });
  });

  it("that is another tenant's is left to it, unspent", async () => {
    const grant = deskera.issueGrant();
    const owner = randomTenant();
    const { connectionId } = await connectTenant(replica, deskera, { tenantId: owner, grant });
    deskera.grants.expire('11242');
    await expect(connectTenant(replica, deskera, { tenantId, grant })).rejects.toMatchObject({
      code: 'org_connected_elsewhere',
    });
    expect(deskera.callsOf('refresh')).toHaveLength(0);
    expect(await replica.get(Connections).refreshNow(connectionId)).toMatchObject({ status: 'connected' });
  });
});

describe('the same pair, handed to two connects at once', () => {
  it('is examined by one after the other, and its refresh token is spent once', async () => {
    const grant = deskera.issueGrant();
    deskera.grants.expire('11242');
    const held = deskera.holdNext('refresh');
    const other = await openTestReplica({ databaseUrl: database.url, deskera });
    try {
      const first = connectTenant(replica, deskera, { tenantId, grant });
      await held.arrived;
      const second = connectTenant(other, deskera, { tenantId, grant });
      held.release();
      expect((await second).connectionId).toBe((await first).connectionId);
      expect(deskera.callsOf('refresh').filter(({ sent }) => sent === grant.refreshToken)).toHaveLength(1);
      expect(deskera.grants.spentShownAgain).toBe(0);
      expect(await get()).toMatchObject({ degraded: null });
    } finally {
      await other.close();
    }
  });
});

function get(wish: { maxVerifiedAgeSeconds?: number } = {}) {
  return replica
    .get(DeskeraTokens)
    .get({ tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null, ...wish });
}
