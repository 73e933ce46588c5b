import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { declined, FakeDeskera, granted, refused } from '#deskera/testing';
import type { GrantOutcome } from '#deskera';
import type { TenantId } from '#kernel';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { DatabaseTime } from '#database';
import { hasWatchedTheClock } from '#database/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { Connections } from '../../connections.js';
import { DeskeraTokens, type DeskeraToken } from '../../deskera-token.js';
import { HostEvidence } from './host-evidence.js';

const host = { apiUrl: 'https://bifrost.example', apiVersion: 'v1' } as const;

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let replica: TestReplica;
let fleet: Member[];

interface Member {
  readonly tenantId: TenantId;
  readonly connectionId: string;
}

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
  replica = await openTestReplica({ databaseUrl: database.url, deskera, tokens: { timeoutSeconds: 2 } });
  hasWatchedTheClock(replica.get(DatabaseTime));
  fleet = [];
});

afterEach(async () => {
  await replica.close();
});

describe("refusals in Deskera's own words that come to many connections at once", () => {
  beforeEach(() => connect(8));

  it('end the first few at most, and hold the rest', async () => {
    await turnDownAll(refused('401 invalid_token'));
    const states = await statuses();
    expect(states.slice(3)).toEqual(Array.from({ length: 5 }, () => 'connected'));
  });

  it('take no held connection away where the trouble passes', async () => {
    await turnDownAll(refused('401 invalid_token'));
    for (const member of fleet.slice(3)) {
      await letItTryAgain(member);
      expect(await get(member)).toMatchObject({ degraded: null });
    }
  });

  it('are told minutes later where other connections do well meanwhile', async () => {
    await turnDownAll(refused('401 invalid_token'));
    await refusedFor(180);
    replica.get(HostEvidence).didWell({ ...host, connectionId: 'healthy' });
    await turnDownAll(refused('401 invalid_token'));
    expect(new Set(await statuses())).toEqual(new Set(['reconnect_required']));
  });

  it('are told six hours later where no other connection does well', async () => {
    for (let round = 0; round < 3; round += 1) await turnDownAll(refused('401 invalid_token'));
    expect((await statuses()).slice(3)).not.toContain('reconnect_required');
    await refusedFor(6 * 3_600);
    await turnDownAll(refused('401 invalid_token'));
    expect(new Set(await statuses())).toEqual(new Set(['reconnect_required']));
  });
});

describe('three connections of five that are turned down for good', () => {
  beforeEach(() => connect(3));

  it.each([
    ['in unclear words', declined()],
    ["in Deskera's own words", refused()],
  ])('are each told within minutes %s, while the others do well', async (_words, outcome) => {
    for (let round = 0; round < 3; round += 1) {
      await turnDownAll(outcome);
      for (const connectionId of ['one', 'two']) replica.get(HostEvidence).didWell({ ...host, connectionId });
    }
    await refusedFor(180);
    await turnDownAll(outcome);
    expect(new Set(await statuses())).toEqual(new Set(['reconnect_required']));
  });
});

describe("refreshes that bring another org's pair", () => {
  const foreignPair = (): GrantOutcome =>
    granted(deskera.issueGrant({ id: 'another', name: 'Another Org', email: 'other@example.com' }));

  it('are no verdict at one moment, and the pair is neither served nor kept', async () => {
    await connect(1);
    await turnDownAll(foreignPair());
    expect(await statuses()).toEqual(['connected']);
    const [member] = fleet;
    if (member === undefined) throw new Error('nobody is connected');
    expect(await view(member)).toMatchObject({
      lastError: 'the refreshed token belongs to another org',
    });
    await letItTryAgain(member);
    expect(await get(member)).toMatchObject({ degraded: null, org: { id: member.tenantId } });
  });

  it('are the verdict where they go on for minutes', async () => {
    await connect(1);
    for (let round = 0; round < 2; round += 1) await turnDownAll(foreignPair());
    expect(await statuses()).toEqual(['connected']);
    await refusedFor(180);
    await turnDownAll(foreignPair());
    expect(await statuses()).toEqual(['reconnect_required']);
  });

  it('are no verdict while they come to two connections of two', async () => {
    await connect(2);
    for (let round = 0; round < 2; round += 1) await turnDownAll(foreignPair());
    await refusedFor(3_600);
    await turnDownAll(foreignPair());
    expect(await statuses()).toEqual(['connected', 'connected']);
  });

  it('are no verdict while they come to several connections: none of those does well', async () => {
    await connect(4);
    for (let round = 0; round < 2; round += 1) await turnDownAll(foreignPair());
    await refusedFor(3_600);
    await turnDownAll(foreignPair());
    expect(new Set(await statuses())).toEqual(new Set(['connected']));
  });
});

async function connect(count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) {
    const tenantId = randomTenant();
    const org = { id: tenantId, name: 'Some Org', email: 'person@example.com' };
    const { connectionId } = await connectTenant(replica, deskera, { tenantId, org });
    deskera.grants.expire(tenantId);
    await alter(connectionId, 'credential', "expires_at = now() - interval '1 second'");
    fleet.push({ tenantId, connectionId });
  }
}

/** Each that is connected is refreshed once, and its token is bad. */
async function turnDownAll(outcome: GrantOutcome): Promise<void> {
  for (const member of fleet) {
    if ((await view(member)).status !== 'connected') continue;
    await letItTryAgain(member);
    deskera.answerNext('refresh', outcome);
    await get(member).catch(() => null);
  }
}

async function refusedFor(seconds: number): Promise<void> {
  const since = `refused_since = now() - interval '${String(seconds)} seconds'`;
  for (const { connectionId } of fleet) {
    await alter(connectionId, 'credential', "issued_at = now() - interval '1 day'");
    await alter(connectionId, 'connection_upkeep', since);
  }
}

function letItTryAgain({ connectionId }: Member): Promise<void> {
  return alter(connectionId, 'connection_upkeep', 'not_before = NULL');
}

async function alter(connectionId: string, table: string, assignments: string): Promise<void> {
  await admin.query(`UPDATE ${table} SET ${assignments} WHERE connection_id = $1`, [connectionId]);
}

function view({ connectionId }: Member) {
  return replica.get(Connections).find(connectionId);
}

async function statuses(): Promise<readonly string[]> {
  return Promise.all(fleet.map(async (member) => (await view(member)).status));
}

function get({ tenantId }: Member): Promise<DeskeraToken> {
  return replica
    .get(DeskeraTokens)
    .get({ tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null });
}
