import { beforeEach, describe, expect, it } from '@jest/globals';
import { ourFault, passing, refused } from '#deskera/testing';
import { eventually, idleMilliseconds } from '#kernel/testing';
import type { TestReplica } from '#tokens/testing';
import { Connections } from '../../connections.js';
import { tokensBench } from '../../testing/tokens-bench.js';

const bench = tokensBench();
let one: TestReplica;
let other: TestReplica;

beforeEach(async () => {
  const options = { tokens: { timeoutSeconds: 2 } };
  [one, other] = await Promise.all([bench.open(options), bench.open(options)]);
});

describe('a token that is good', () => {
  it('is handed out as it is stored, without asking Deskera', async () => {
    const { connectionId } = await bench.connect(one);
    const asked = bench.deskera.calls.length;
    const token = await bench.read(other);
    expect(token).toMatchObject({
      tenantId: bench.tenantId,
      connectionId,
      org: { id: '11242', name: 'Singapore Org' },
      degraded: null,
    });
    expect(token.fingerprint).toBe(token.token.fingerprint());
    expect(bench.deskera.calls).toHaveLength(asked);
  });

  it('is refreshed for a caller who wants more life than it has left', async () => {
    await bench.connect(one);
    await bench.alter("expires_at = now() + interval '20 seconds'");
    const token = await bench.read(one);
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    expect(token.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it('is not refreshed again and again for a caller who can not be satisfied', async () => {
    await bench.connect(one);
    for (let read = 0; read < 5; read += 1) {
      expect(await bench.read(one, { minTtlSeconds: 80_000 })).toMatchObject({ degraded: null });
    }
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  });
});

describe('a token that has to be verified', () => {
  it('is asked about once, however many callers on all replicas wait', async () => {
    await bench.connect(one);
    const before = bench.deskera.callsOf('validate').length;
    const held = bench.deskera.holdNext('validate');
    const callers = [one, other, one, other].map((replica) =>
      bench.read(replica, { maxVerifiedAgeSeconds: 0 }),
    );
    await held.arrived;
    held.release();
    const tokens = await Promise.all(callers);
    expect(bench.deskera.callsOf('validate').length - before).toBe(1);
    expect(tokens.map(({ degraded }) => degraded)).toEqual([null, null, null, null]);
  });

  it('and turns out bad is refreshed within the same request', async () => {
    await bench.connect(one);
    const before = await bench.read(one);
    bench.deskera.grants.expire('11242');
    const after = await bench.read(one, { maxVerifiedAgeSeconds: 0 });
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  });

  it('is served as check_limited when it was asked about too often', async () => {
    await bench.connect(one);
    for (let check = 0; check < 10; check += 1) {
      expect(await bench.read(one, { maxVerifiedAgeSeconds: 0 })).toMatchObject({ degraded: null });
    }
    expect(await bench.read(one, { maxVerifiedAgeSeconds: 0 })).toMatchObject({ degraded: 'check_limited' });
  });

  it('is served with its true age where Deskera does not answer', async () => {
    await bench.connect(one);
    const before = await bench.read(one);
    bench.deskera.answerNext('validate', passing('timeout'));
    const after = await bench.read(one, { maxVerifiedAgeSeconds: 0 });
    expect(after).toMatchObject({ degraded: 'deskera_unavailable', verifiedAt: before.verifiedAt });
    expect(await bench.read(one)).toMatchObject({ degraded: null });
  });
});

describe('a token that has expired', () => {
  it('is refreshed once for forty callers on two replicas', async () => {
    await bench.connect(one);
    await bench.alter("expires_at = now() - interval '1 second'");
    const tokens = await Promise.all(
      Array.from({ length: 40 }, (_, index) => bench.read(index % 2 === 0 ? one : other)),
    );
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    expect(new Set(tokens.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(bench.deskera.grants.spentShownAgain).toBe(0);
  });

  it('is refused with Retry-After while Deskera is down, and no status changes', async () => {
    await bench.connect(one);
    await bench.alter("expires_at = now() - interval '1 second'");
    bench.deskera.answerNext('refresh', passing('server_error'));
    await expect(bench.read(one)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    const failure = await bench.read(other).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'deskera_unavailable', retryAfterSeconds: expect.any(Number) });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    expect(await view()).toMatchObject({ status: 'connected' });
  });

  it("tells of a refused client, which is no tenant's fault", async () => {
    await bench.connect(one);
    await bench.alter("expires_at = now() - interval '1 second'");
    bench.deskera.answerNext('refresh', ourFault());
    await expect(bench.read(one)).rejects.toMatchObject({ code: 'deskera_client_refused' });
    expect(await view()).toMatchObject({ status: 'connected', consecutiveFailures: 0 });
  });

  it('is not waited for longer than a caller waits, and the late answer is saved all the same', async () => {
    await bench.connect(one);
    await bench.alter("expires_at = now() - interval '1 second'");
    const held = bench.deskera.holdNext('refresh');
    const took = await idleMilliseconds(async () => {
      await expect(bench.read(one)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    });
    expect(took).toBeLessThan(4_000);
    held.release();
    await eventually(async () => (await bench.read(one).catch(() => null))?.degraded === null);
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  });
});

describe('a refresh whose answer is lost', () => {
  it('is sent again later, and told as lost where the token was spent by it', async () => {
    await bench.connect(one);
    await bench.alter("expires_at = now() - interval '1 second'");
    bench.deskera.grants.expire('11242');
    bench.deskera.loseNext('refresh');
    await expect(bench.read(one)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(await view()).toMatchObject({ status: 'connected' });
    await bench.alter('not_before = null', 'connection_upkeep');
    await expect(bench.read(one)).rejects.toMatchObject({
      code: 'reconnect_required',
      extensions: { reason: 'refresh_outcome_lost' },
    });
  });

  it('is left to its owner by everybody else', async () => {
    await bench.connect(one);
    await bench.alter("expires_at = now() - interval '1 second'");
    bench.deskera.loseNext('refresh');
    await expect(bench.read(one)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    await bench.alter('not_before = null', 'connection_upkeep');
    await expect(bench.read(other)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  });
});

describe('a grant that is dead', () => {
  it('is told by evidence on both tokens, and asked about no more', async () => {
    await bench.connect(one);
    bench.deskera.grants.revoke('11242');
    const failure = {
      code: 'reconnect_required',
      extensions: { reason: 'grant_revoked', since: expect.any(String) },
    };
    await expect(bench.read(one, { maxVerifiedAgeSeconds: 0 })).rejects.toMatchObject(failure);
    const asked = bench.deskera.calls.length;
    await expect(bench.read(other)).rejects.toMatchObject(failure);
    expect(bench.deskera.calls).toHaveLength(asked);
  });

  it('is not one whose token is still good: it is served, and asks for attention', async () => {
    await bench.connect(one);
    await bench.alter("expires_at = now() + interval '10 seconds'");
    bench.deskera.answerNext('refresh', refused());
    expect(await bench.read(one)).toMatchObject({ attention: 'cannot_be_refreshed', degraded: null });
    expect(await view()).toMatchObject({ status: 'connected' });
  });

  it('is cured by connecting again', async () => {
    const { connectionId } = await bench.connect(one);
    bench.deskera.grants.revoke('11242');
    await expect(bench.read(one, { maxVerifiedAgeSeconds: 0 })).rejects.toMatchObject({
      code: 'reconnect_required',
    });
    await bench.connect(other);
    await eventually(async () => (await bench.read(one).catch(() => null))?.connectionId === connectionId);
  });
});

describe('several orgs', () => {
  const second = { id: '99', name: 'Second Org', email: 'two@example.com' };

  it('must be named, or one of them made the default', async () => {
    await expect(bench.read(one)).rejects.toMatchObject({ code: 'not_connected' });
    await bench.connect(one);
    await bench.connect(one, { org: second });
    await expect(bench.read(one)).rejects.toMatchObject({
      code: 'org_ambiguous',
      extensions: { orgs: expect.arrayContaining([{ id: '99', name: 'Second Org', status: 'connected' }]) },
    });
    expect(await bench.read(one, { orgId: '99' })).toMatchObject({ org: { id: '99' } });
    await expect(bench.read(one, { orgId: '7' })).rejects.toMatchObject({ code: 'org_not_connected' });
    await one.get(Connections).setDefaultOrg(bench.tenantId, '99');
    expect(await bench.read(one)).toMatchObject({ org: { id: '99' } });
  });

  it("do not take each other's place after a refresh", async () => {
    await bench.connect(one);
    await bench.alter("expires_at = now() - interval '1 second'");
    bench.deskera.answerNext('refresh', {
      kind: 'granted',
      definite: true,
      grant: bench.deskera.issueGrant(second),
    });
    await expect(bench.read(one)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    await bench.alter('not_before = NULL', 'connection_upkeep');
    expect(await bench.read(one)).toMatchObject({ org: { id: '11242' } });
  });
});

describe('a disconnected org', () => {
  it('is not served by any replica a second later', async () => {
    const { connectionId } = await bench.connect(one);
    await Promise.all([bench.read(one), bench.read(other)]);
    await one.get(Connections).disconnect(connectionId, bench.tenantId);
    await expect(bench.read(one)).rejects.toMatchObject({ code: 'not_connected' });
    const took = await idleMilliseconds(() =>
      eventually(async () => (await bench.read(other).catch(() => null)) === null),
    );
    expect(await bench.read(other).catch(() => null)).toBeNull();
    expect(took).toBeLessThan(1_000);
    await expect(one.get(Connections).disconnect(connectionId, bench.tenantId)).rejects.toMatchObject({
      code: 'connection_not_found',
    });
  });
});

async function view() {
  const [connection] = await one.get(Connections).ofTenant(bench.tenantId);
  return connection;
}
