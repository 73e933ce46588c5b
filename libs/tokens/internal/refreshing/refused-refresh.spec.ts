import { beforeEach, describe, expect, it } from '@jest/globals';
import { ourFault, passing, refused, type FakeOrg } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { eventually } from '#kernel/testing';
import { ChangeFeed, LostCommits } from '#database';
import { randomTenant, type TestReplica } from '#tokens/testing';
import { Connections } from '../../connections.js';
import { type DeskeraToken } from '../../deskera-token.js';
import { tokensBench } from '../../testing/tokens-bench.js';

const bench = tokensBench();
let replica: TestReplica;

beforeEach(async () => {
  replica = await bench.open({ tokens: { timeoutSeconds: 2 } });
});

describe('a refused refresh', () => {
  it('is the end only once the current token was asked about, and is bad', async () => {
    await connectedAndExpired(bench.tenantId);
    bench.deskera.answerNext('refresh', refused());
    bench.deskera.answerNext('validate', { kind: 'invalid' });
    await expect(get(bench.tenantId)).rejects.toMatchObject({ code: 'reconnect_required' });
    expect(bench.deskera.calls.map(({ operation }) => operation)).toEqual(['refresh', 'validate']);
  });

  it.each([passing('timeout'), passing('server_error'), passing('rate_limited'), passing('breaker_open')])(
    'is no verdict where Deskera does not say whether the token is good: $reason',
    async (silence) => {
      await connectedAndExpired(bench.tenantId);
      bench.deskera.answerNext('refresh', refused());
      bench.deskera.answerNext('validate', silence);
      await expect(get(bench.tenantId)).rejects.toMatchObject({ code: 'deskera_unavailable' });
      expect(await view(bench.tenantId)).toMatchObject({ status: 'connected', reason: null });
    },
  );

  it('is told as a restored database where the grant was stored before that, and not refreshed since', async () => {
    await connectedAndExpired(bench.tenantId);
    await bench.admin.query(`UPDATE credential SET issued_at = now() - interval '1 hour'`);
    await databaseRestored(300);
    bench.deskera.answerNext('refresh', refused());
    bench.deskera.answerNext('validate', { kind: 'invalid' });
    await expect(get(bench.tenantId)).rejects.toMatchObject({
      code: 'reconnect_required',
      extensions: { reason: 'database_restored' },
    });
    expect(await view(bench.tenantId)).toMatchObject({
      status: 'reconnect_required',
      reason: 'database_restored',
    });
  });

  it('is told as a revocation where the grant was stored after the database was restored', async () => {
    await databaseRestored(60);
    await connectedAndExpired(bench.tenantId);
    bench.deskera.answerNext('refresh', refused());
    bench.deskera.answerNext('validate', { kind: 'invalid' });
    await expect(get(bench.tenantId)).rejects.toMatchObject({ extensions: { reason: 'grant_revoked' } });
  });

  it('says nothing of a grant that came meanwhile', async () => {
    await connectedAndExpired(bench.tenantId);
    let askedByConnecting = 0;
    bench.deskera.answerNext('refresh', async () => {
      await bench.connect(replica, { org: orgOf(bench.tenantId) });
      askedByConnecting = bench.deskera.callsOf('validate').length;
      return refused();
    });
    expect(await get(bench.tenantId)).toMatchObject({ degraded: null });
    expect(bench.deskera.callsOf('validate')).toHaveLength(askedByConnecting);
    expect(await view(bench.tenantId)).toMatchObject({ status: 'connected' });
  });

  it('says nothing of a grant that came while the older token was asked about', async () => {
    await connectedAndExpired(bench.tenantId);
    bench.deskera.answerNext('refresh', refused());
    bench.deskera.answerNext('validate', async () => {
      await bench.connect(replica, { org: orgOf(bench.tenantId) });
      return { kind: 'invalid' };
    });
    expect(await get(bench.tenantId)).toMatchObject({ degraded: null });
    expect(await view(bench.tenantId)).toMatchObject({ status: 'connected' });
  });
});

describe('a refused client', () => {
  it('is no fault of any connection, however many ask', async () => {
    const tenants = Array.from({ length: 10 }, () => randomTenant());
    for (const tenant of tenants) await connectedAndExpired(tenant);
    bench.deskera.answerNext('refresh', ...tenants.map(() => ourFault('client_refused')));
    const failures = await Promise.all(tenants.map((tenant) => get(tenant).catch((error: unknown) => error)));
    for (const failure of failures) expect(failure).toMatchObject({ code: 'deskera_client_refused' });
    for (const tenant of tenants) {
      expect(await view(tenant)).toMatchObject({ status: 'connected', consecutiveFailures: 0 });
    }
    expect(bench.deskera.callsOf('validate')).toHaveLength(0);
  });
});

function orgOf(tenant: TenantId): FakeOrg {
  return { id: tenant, name: 'Some Org', email: 'person@example.com' };
}

async function connectedAndExpired(tenant: TenantId): Promise<void> {
  const { connectionId } = await bench.connect(replica, { tenantId: tenant, org: orgOf(tenant) });
  bench.deskera.calls.length = 0;
  await bench.admin.query(
    `UPDATE credential SET expires_at = now() - interval '1 second' WHERE connection_id = $1`,
    [connectionId],
  );
}

/** As the store records it, and noticed by the replica: until it has looked, it sends no refresh token. */
async function databaseRestored(secondsAgo: number): Promise<void> {
  // Only what comes after its first poll is news to it.
  await eventually(() => replica.get(ChangeFeed).isFresh());
  await bench.admin.query(
    `UPDATE database_origin SET written_by = pg_current_xact_id(),
            restored_at = clock_timestamp() - make_interval(secs => $1)`,
    [secondsAgo],
  );
  const lost = replica.get(LostCommits);
  const farApart = secondsAgo / 2;
  await eventually(() => lost.mayBeRecent(secondsAgo + farApart) && !lost.mayBeRecent(secondsAgo - farApart));
}

async function view(tenant: TenantId) {
  const [connection] = await replica.get(Connections).ofTenant(tenant);
  return connection;
}

function get(tenant: TenantId): Promise<DeskeraToken> {
  return bench.read(replica, { tenantId: tenant });
}
