import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeToken, FakeDeskera, granted, ourFault, passing } from '#deskera/testing';
import { type Failure, Secret, type TenantId } from '#kernel';
import { ConnectionAdoptions } from '#connections';
import { breakCall, connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { Connections } from '../../connections.js';
import { DeskeraTokens } from '../../deskera-token.js';
import { GrantImports, type GrantImport, type ImportedGrant } from '../../grant-imports.js';

let database: TestDatabase;
let deskera: FakeDeskera;
let replica: TestReplica;
let tenantId: TenantId;
let wall: Date;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  wall = new Date();
  deskera = new FakeDeskera({ now: () => wall });
  replica = await openTestReplica({ databaseUrl: database.url, deskera });
  tenantId = randomTenant();
});

afterEach(async () => {
  await replica.close();
});

function bringIn(grant: Partial<GrantImport>, at = replica): Promise<ImportedGrant> {
  const { refreshToken = fakeToken(), ...others } = grant;
  return at
    .get(GrantImports)
    .import({ tenantId, apiVersion: 'v1', refreshToken, token: null, requiredOrgId: null, ...others });
}

/** Of an org of its own, so that a test that spoils it spoils no other. */
function keptGrant() {
  const { token, refreshToken, orgId } = deskera.issueGrant({
    id: tenantId,
    name: 'Kept Org',
    email: 'person@kept.example',
  });
  return { token, refreshToken, orgId: orgId ?? '' };
}

async function expectNothingStored(): Promise<void> {
  expect(await replica.get(Connections).ofTenant(tenantId)).toEqual([]);
}

function read() {
  return replica
    .get(DeskeraTokens)
    .get({ tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null });
}

describe('a grant that is brought in', () => {
  it('with a good token is adopted as it is', async () => {
    const { token, refreshToken, orgId } = keptGrant();
    const { connection, wasThere } = await bringIn({ token, refreshToken, requiredOrgId: orgId });
    expect(wasThere).toBe(false);
    expect(connection).toMatchObject({
      tenantId,
      org: { id: orgId, name: 'Kept Org' },
      email: 'person@kept.example',
      status: 'connected',
    });
    expect(deskera.calls.map(({ operation }) => operation)).toEqual(['validate']);
    expect((await read()).token.reveal()).toBe(token.reveal());
  });

  it('expires by the time that its token was issued, not by that of the import', async () => {
    const now = wall;
    wall = new Date(now.getTime() - 1_800_000);
    const { token, refreshToken } = keptGrant();
    const { connection } = await bringIn({ token, refreshToken });
    const expected = now.getTime() + 1_800_000;
    expect(Math.abs((connection.expiresAt?.getTime() ?? 0) - expected)).toBeLessThan(60_000);
    expect(Math.abs((connection.verifiedAt?.getTime() ?? 0) - now.getTime())).toBeLessThan(60_000);
  });

  it('with a token that is good after its computed expiry expires nobody knows when', async () => {
    const { refreshToken, orgId } = keptGrant();
    const token = fakeToken({ tenantId: orgId, iat: 1_700_000_000, exp: 1_700_003_600 });
    deskera.answerNext('validate', { kind: 'valid' });
    expect((await bringIn({ token, refreshToken })).connection.expiresAt).toBeNull();
  });

  it('with a token that Deskera refuses is refreshed once', async () => {
    const { token, refreshToken, orgId } = keptGrant();
    deskera.grants.expire(orgId);
    expect((await bringIn({ token, refreshToken })).connection.status).toBe('connected');
    expect(deskera.calls.map(({ operation }) => operation)).toEqual(['validate', 'refresh']);
    expect((await read()).degraded).toBeNull();
  });

  it('without a token is refreshed once', async () => {
    const { refreshToken } = keptGrant();
    expect((await bringIn({ refreshToken })).connection).toMatchObject({ status: 'connected' });
    expect(deskera.calls.map(({ operation }) => operation)).toEqual(['refresh']);
  });

  it('whose refresh brings a token that is past its expiry is refreshed before it is handed out', async () => {
    const { refreshToken } = keptGrant();
    const past = deskera.issueGrant({ id: tenantId, name: 'Kept Org', email: 'person@kept.example' });
    deskera.answerNext('refresh', granted({ ...past, tokenLifeSeconds: 0, tokenIsPast: true }));
    await bringIn({ refreshToken });
    deskera.calls.length = 0;
    const served = await read();
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    expect(served.fingerprint).not.toBe(past.token.fingerprint());
  });

  it("whose refresh brings another org's pair is not stored as that org's", async () => {
    const { token, refreshToken, orgId } = keptGrant();
    deskera.grants.expire(orgId);
    const other = { id: '99', name: 'Another Org', email: 'two@example.com' };
    deskera.answerNext('refresh', granted(deskera.issueGrant(other)));
    await expect(bringIn({ token, refreshToken })).rejects.toMatchObject({ code: 'deskera_unavailable' });
    await expectNothingStored();
  });

  it('whose refresh brings the very token that Deskera refused is refreshed before it is handed out', async () => {
    const { token, refreshToken, orgId } = keptGrant();
    deskera.grants.expire(orgId);
    const org = { id: tenantId, name: 'Kept Org', email: 'person@kept.example' };
    deskera.answerNext('refresh', granted({ ...deskera.issueGrant(org), token }));
    await bringIn({ token, refreshToken });
    deskera.calls.length = 0;
    const served = await read();
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    expect(served.fingerprint).not.toBe(token.fingerprint());
  });

  it('whose token nobody can be asked about is stored, verified no later than it was issued', async () => {
    const issued = wall.getTime() - 600_000;
    wall = new Date(issued);
    const { token, refreshToken } = keptGrant();
    deskera.answerNext('validate', passing('timeout'));
    const { connection } = await bringIn({ token, refreshToken });
    expect(connection.status).toBe('connected');
    expect(Math.abs((connection.verifiedAt?.getTime() ?? 0) - issued)).toBeLessThan(60_000);
    expect(deskera.callsOf('refresh')).toHaveLength(0);
  });
});

describe('a grant that leaves nothing behind', () => {
  it('is one that Deskera refuses', async () => {
    const { token, refreshToken, orgId } = keptGrant();
    deskera.grants.revoke(orgId);
    await expect(bringIn({ token, refreshToken })).rejects.toMatchObject({ code: 'grant_refused' });
    await expectNothingStored();
  });

  it.each([
    ['gives no answer', passing('timeout'), 'deskera_unavailable'],
    ['is busy', passing('rate_limited'), 'deskera_unavailable'],
    ['refuses the client', ourFault('client_refused'), 'deskera_client_refused'],
    ['understands nothing', ourFault('bad_request'), 'deskera_unavailable'],
  ] as const)('is one for whose refresh Deskera %s, and may be tried again', async (_, outcome, code) => {
    const { refreshToken } = keptGrant();
    deskera.answerNext('refresh', outcome);
    await expect(bringIn({ refreshToken })).rejects.toMatchObject({ code });
    await expectNothingStored();
    expect((await bringIn({ refreshToken })).wasThere).toBe(false);
  });

  it('is one whose refresh brings no token, until the new refresh token is traded', async () => {
    const { refreshToken } = keptGrant();
    const next = keptGrant().refreshToken;
    deskera.answerNext('refresh', { ...passing('unreadable'), withoutPair: true, newRefreshToken: next });
    expect((await bringIn({ refreshToken })).wasThere).toBe(false);
    expect(deskera.calls.map(({ sent }) => sent)).toEqual([refreshToken, next]);
  });

  it('is one of another org than was named: nothing is sent', async () => {
    const { refreshToken } = keptGrant();
    const request = { refreshToken, requiredOrgId: '99999' };
    await expect(bringIn(request)).rejects.toMatchObject({ code: 'org_mismatch' });
    expect(deskera.calls).toEqual([]);
  });

  it.each([
    ['that names no org where one is asked for', { refreshToken: fakeToken(), requiredOrgId: '1' }],
    [
      'whose two tokens are of two orgs',
      { refreshToken: fakeToken({ tenantId: '1' }), token: fakeToken({ tenantId: '2' }) },
    ],
    ['with a control character in it', { refreshToken: Secret.of('a refresh token\u0000that is none') }],
    ['whose token is no JWT', { token: Secret.of('a token that is none') }],
    ['without end', { refreshToken: Secret.of(`${'a'.repeat(20_000)}.b.c`) }],
  ])('is one %s: nothing is sent, and no error repeats it', async (_, grant) => {
    const refused: unknown = await bringIn(grant).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'invalid_request' });
    expect(JSON.stringify((refused as Failure).extensions)).not.toContain('none');
    expect(deskera.calls).toEqual([]);
  });

  it('is one whose tenant is disconnected from the org meanwhile', async () => {
    const { connection } = await bringIn(keptGrant());
    const held = deskera.holdNext('validate');
    const importing = bringIn(keptGrant());
    await held.arrived;
    await replica.get(Connections).disconnect(connection.connectionId, tenantId);
    held.release();
    await expect(importing).rejects.toMatchObject({ code: 'connect_superseded' });
    await expectNothingStored();
  });
});

describe('the same grant once more', () => {
  it('is the same connection, and asks Deskera nothing', async () => {
    const { refreshToken } = keptGrant();
    const first = await bringIn({ refreshToken });
    await replica.get(Connections).refreshNow(first.connection.connectionId);
    const calls = deskera.calls.length;
    const { connection, wasThere } = await bringIn({ refreshToken });
    expect(wasThere).toBe(true);
    expect(connection.connectionId).toBe(first.connection.connectionId);
    expect(deskera.calls).toHaveLength(calls);
    expect(deskera.grants.spentShownAgain).toBe(0);
  });

  it('is spent once where two replicas bring it in at the same moment', async () => {
    const other = await openTestReplica({ databaseUrl: database.url, deskera });
    try {
      const { refreshToken } = keptGrant();
      const held = deskera.holdNext('refresh');
      const one = bringIn({ refreshToken });
      await held.arrived;
      const two = bringIn({ refreshToken }, other);
      held.release();
      expect((await two).connection.connectionId).toBe((await one).connection.connectionId);
      expect(deskera.callsOf('refresh')).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it('does not hide that the connection is dead', async () => {
    const { token, refreshToken, orgId } = keptGrant();
    const { connection } = await bringIn({ token, refreshToken });
    deskera.grants.revoke(orgId);
    expect(await replica.get(Connections).checkNow(connection.connectionId)).toMatchObject({
      status: 'reconnect_required',
    });
    await expect(bringIn({ token, refreshToken })).rejects.toMatchObject({ code: 'grant_refused' });
  });

  it('comes back after a disconnect', async () => {
    const { token, refreshToken } = keptGrant();
    const { connection } = await bringIn({ token, refreshToken });
    await replica.get(Connections).disconnect(connection.connectionId, tenantId);
    const again = await bringIn({ token, refreshToken });
    expect(again).toMatchObject({ wasThere: false, connection: { status: 'connected' } });
  });

  it.each(['holds', 'has spent'])('is left alone, unspent, where another tenant %s it', async (how) => {
    const grant = deskera.issueGrant({ id: tenantId, name: 'Their Org', email: 'they@example.com' });
    const owner = randomTenant();
    const { connectionId } = await connectTenant(replica, deskera, { tenantId: owner, grant });
    if (how === 'has spent') await replica.get(Connections).refreshNow(connectionId);
    const refreshes = deskera.callsOf('refresh').length;
    await expect(bringIn({ refreshToken: grant.refreshToken })).rejects.toMatchObject({
      code: 'org_connected_elsewhere',
    });
    expect(deskera.callsOf('refresh')).toHaveLength(refreshes);
    expect(await replica.get(Connections).refreshNow(connectionId)).toMatchObject({ status: 'connected' });
  });
});

describe('while the database is away', () => {
  it('nothing is sent', async () => {
    breakCall(replica.get(ConnectionAdoptions), 'claim');
    await expect(bringIn(keptGrant())).rejects.toMatchObject({ code: 'broker_unavailable' });
    expect(deskera.calls).toEqual([]);
  });

  it('what the refresh token was traded for goes to the spool, and is found when the import is repeated', async () => {
    const { refreshToken } = keptGrant();
    const mend = breakCall(replica.get(ConnectionAdoptions), 'adopt');
    await expect(bringIn({ refreshToken })).rejects.toMatchObject({ code: 'broker_unavailable' });
    mend();
    expect(await bringIn({ refreshToken })).toMatchObject({
      wasThere: true,
      connection: { status: 'connected' },
    });
    expect(deskera.callsOf('refresh')).toHaveLength(1);
  });
});
