import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera, ourFault, passing, refused } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { eventually, idleMilliseconds } from '#kernel/testing';
import { alterStored, connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { Connections } from '../connections.js';
import { DeskeraTokens, type DeskeraToken, type TokenRequest } from '../deskera-token.js';

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let one: TestReplica;
let other: TestReplica;
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
  const options = { databaseUrl: database.url, deskera, tokens: { timeoutSeconds: 2 } };
  [one, other] = await Promise.all([openTestReplica(options), openTestReplica(options)]);
  tenantId = randomTenant();
});

afterEach(async () => {
  await Promise.all([one.close(), other.close()]);
});

describe('a token that is good', () => {
  it('is handed out as it is stored, without asking Deskera', async () => {
    const { connectionId } = await connectTenant(one, deskera, { tenantId });
    const asked = deskera.calls.length;
    const token = await get(other);
    expect(token).toMatchObject({
      tenantId,
      connectionId,
      org: { id: '11242', name: 'Singapore Org' },
      degraded: null,
    });
    expect(token.fingerprint).toBe(token.token.fingerprint());
    expect(deskera.calls).toHaveLength(asked);
  });

  it('is refreshed for a caller who wants more life than it has left', async () => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() + interval '20 seconds'");
    const token = await get(one);
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    expect(token.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it('is not refreshed again and again for a caller who can not be satisfied', async () => {
    await connectTenant(one, deskera, { tenantId });
    for (let read = 0; read < 5; read += 1) {
      expect(await get(one, { minTtlSeconds: 80_000 })).toMatchObject({ degraded: null });
    }
    expect(deskera.callsOf('refresh')).toHaveLength(1);
  });
});

describe('a token that has to be verified', () => {
  it('is asked about once, however many callers on all replicas wait', async () => {
    await connectTenant(one, deskera, { tenantId });
    const before = deskera.callsOf('validate').length;
    const held = deskera.holdNext('validate');
    const callers = [one, other, one, other].map((replica) => get(replica, { maxVerifiedAgeSeconds: 0 }));
    await held.arrived;
    held.release();
    const tokens = await Promise.all(callers);
    expect(deskera.callsOf('validate').length - before).toBe(1);
    expect(tokens.map(({ degraded }) => degraded)).toEqual([null, null, null, null]);
  });

  it('and turns out bad is refreshed within the same request', async () => {
    await connectTenant(one, deskera, { tenantId });
    const before = await get(one);
    deskera.grants.expire('11242');
    const after = await get(one, { maxVerifiedAgeSeconds: 0 });
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(deskera.callsOf('refresh')).toHaveLength(1);
  });

  it('is served as check_limited when it was asked about too often', async () => {
    await connectTenant(one, deskera, { tenantId });
    for (let check = 0; check < 10; check += 1) {
      expect(await get(one, { maxVerifiedAgeSeconds: 0 })).toMatchObject({ degraded: null });
    }
    expect(await get(one, { maxVerifiedAgeSeconds: 0 })).toMatchObject({ degraded: 'check_limited' });
  });

  it('is served with its true age where Deskera does not answer', async () => {
    await connectTenant(one, deskera, { tenantId });
    const before = await get(one);
    deskera.answerNext('validate', passing('timeout'));
    const after = await get(one, { maxVerifiedAgeSeconds: 0 });
    expect(after).toMatchObject({ degraded: 'deskera_unavailable', verifiedAt: before.verifiedAt });
    expect(await get(one)).toMatchObject({ degraded: null });
  });
});

describe('a token that has expired', () => {
  it('is refreshed once for forty callers on two replicas', async () => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() - interval '1 second'");
    const tokens = await Promise.all(
      Array.from({ length: 40 }, (_, index) => get(index % 2 === 0 ? one : other)),
    );
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    expect(new Set(tokens.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(deskera.grants.spentShownAgain).toBe(0);
  });

  it('is refused with Retry-After while Deskera is down, and no status changes', async () => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() - interval '1 second'");
    deskera.answerNext('refresh', passing('server_error'));
    await expect(get(one)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    const failure = await get(other).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'deskera_unavailable', retryAfterSeconds: expect.any(Number) });
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    expect(await view()).toMatchObject({ status: 'connected' });
  });

  it("tells of a refused client, which is no tenant's fault", async () => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() - interval '1 second'");
    deskera.answerNext('refresh', ourFault());
    await expect(get(one)).rejects.toMatchObject({ code: 'deskera_client_refused' });
    expect(await view()).toMatchObject({ status: 'connected', consecutiveFailures: 0 });
  });

  it('is not waited for longer than a caller waits, and the late answer is saved all the same', async () => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() - interval '1 second'");
    const held = deskera.holdNext('refresh');
    const took = await idleMilliseconds(async () => {
      await expect(get(one)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    });
    expect(took).toBeLessThan(4_000);
    held.release();
    await eventually(async () => (await get(one).catch(() => null))?.degraded === null);
    expect(deskera.callsOf('refresh')).toHaveLength(1);
  });
});

describe('a refresh whose answer is lost', () => {
  it('is sent again later, and told as lost where the token was spent by it', async () => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() - interval '1 second'");
    deskera.grants.expire('11242');
    deskera.loseNext('refresh');
    await expect(get(one)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(await view()).toMatchObject({ status: 'connected' });
    await set('not_before = null', 'connection_upkeep');
    await expect(get(one)).rejects.toMatchObject({
      code: 'reconnect_required',
      extensions: { reason: 'refresh_outcome_lost' },
    });
  });

  it('is left to its owner by everybody else', async () => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() - interval '1 second'");
    deskera.loseNext('refresh');
    await expect(get(one)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    await set('not_before = null', 'connection_upkeep');
    await expect(get(other)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(deskera.callsOf('refresh')).toHaveLength(1);
  });
});

describe('a grant that is dead', () => {
  it('is told by evidence on both tokens, and asked about no more', async () => {
    await connectTenant(one, deskera, { tenantId });
    deskera.grants.revoke('11242');
    const failure = {
      code: 'reconnect_required',
      extensions: { reason: 'grant_revoked', since: expect.any(String) },
    };
    await expect(get(one, { maxVerifiedAgeSeconds: 0 })).rejects.toMatchObject(failure);
    const asked = deskera.calls.length;
    await expect(get(other)).rejects.toMatchObject(failure);
    expect(deskera.calls).toHaveLength(asked);
  });

  it('is not one whose token is still good: it is served, and asks for attention', async () => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() + interval '10 seconds'");
    deskera.answerNext('refresh', refused());
    expect(await get(one)).toMatchObject({ attention: 'cannot_be_refreshed', degraded: null });
    expect(await view()).toMatchObject({ status: 'connected' });
  });

  it('is cured by connecting again', async () => {
    const { connectionId } = await connectTenant(one, deskera, { tenantId });
    deskera.grants.revoke('11242');
    await expect(get(one, { maxVerifiedAgeSeconds: 0 })).rejects.toMatchObject({
      code: 'reconnect_required',
    });
    await connectTenant(other, deskera, { tenantId });
    await eventually(async () => (await get(one).catch(() => null))?.connectionId === connectionId);
  });
});

describe('several orgs', () => {
  const second = { id: '99', name: 'Second Org', email: 'two@example.com' };

  it('must be named, or one of them made the default', async () => {
    await expect(get(one)).rejects.toMatchObject({ code: 'not_connected' });
    await connectTenant(one, deskera, { tenantId });
    await connectTenant(one, deskera, { tenantId, org: second });
    await expect(get(one)).rejects.toMatchObject({
      code: 'org_ambiguous',
      extensions: { orgs: expect.arrayContaining([{ id: '99', name: 'Second Org', status: 'connected' }]) },
    });
    expect(await get(one, { orgId: '99' })).toMatchObject({ org: { id: '99' } });
    await expect(get(one, { orgId: '7' })).rejects.toMatchObject({ code: 'org_not_connected' });
    await one.get(Connections).setDefaultOrg(tenantId, '99');
    expect(await get(one)).toMatchObject({ org: { id: '99' } });
  });

  it("do not take each other's place after a refresh", async () => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() - interval '1 second'");
    deskera.answerNext('refresh', { kind: 'granted', definite: true, grant: deskera.issueGrant(second) });
    await expect(get(one)).rejects.toMatchObject({
      code: 'reconnect_required',
      extensions: { reason: 'org_changed' },
    });
  });
});

describe('a disconnected org', () => {
  it('is not served by any replica a second later', async () => {
    const { connectionId } = await connectTenant(one, deskera, { tenantId });
    await Promise.all([get(one), get(other)]);
    await one.get(Connections).disconnect(connectionId, tenantId);
    await expect(get(one)).rejects.toMatchObject({ code: 'not_connected' });
    const took = await idleMilliseconds(() =>
      eventually(async () => (await get(other).catch(() => null)) === null),
    );
    expect(await get(other).catch(() => null)).toBeNull();
    expect(took).toBeLessThan(1_000);
    await expect(one.get(Connections).disconnect(connectionId, tenantId)).rejects.toMatchObject({
      code: 'connection_not_found',
    });
  });
});

function get(replica: TestReplica, wish: Partial<TokenRequest> = {}): Promise<DeskeraToken> {
  return replica
    .get(DeskeraTokens)
    .get({ tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null, ...wish });
}

async function view() {
  const [connection] = await one.get(Connections).ofTenant(tenantId);
  return connection;
}

function set(assignment: string, table?: 'connection_upkeep'): Promise<void> {
  return alterStored(admin, [one, other], tenantId, assignment, table);
}
