import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera, refused } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { eventually } from '#kernel/testing';
import { ConnectionLeases, DatabaseTime } from '#store';
import { hasWatchedTheClock } from '#store/testing';
import {
  alterStored,
  breakCall,
  connectTenant,
  openTestReplica,
  randomTenant,
  type TestReplica,
} from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { Connections } from '../connections.js';
import { DeskeraTokens, type DeskeraToken } from '../deskera-token.js';
import { Upkeep } from '../upkeep.js';

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let slow: TestReplica;
let other: TestReplica;
let tenantId: TenantId;
let connectionId: string;

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
  [slow, other] = await Promise.all([openTestReplica(options), openTestReplica(options)]);
  tenantId = randomTenant();
  ({ connectionId } = await connectTenant(slow, deskera, { tenantId }));
});

afterEach(async () => {
  await Promise.all([slow.close(), other.close()]);
});

// One replica's answer is on its way for so long that the other had to take the attempt over, and was refused.
describe('a grant that comes after its connection was given up', () => {
  it('revives it, and it is asked about at once', async () => {
    const held = await givenUpMeanwhile();
    const checks = deskera.callsOf('validate').length;
    held.release();
    await eventually(async () => (await status()) === 'connected');
    await slow.get(Upkeep).sweep();
    expect(deskera.callsOf('validate')).toHaveLength(checks + 1);
    expect(await get(other)).toMatchObject({ degraded: null });
    expect((await kinds()).slice(0, 2)).toEqual(['recovered', 'reconnect_required']);
  });

  it('is too late after a week: the credentials are erased, and nothing comes back', async () => {
    const held = await givenUpMeanwhile();
    await admin.query(
      `UPDATE connection SET status_since = now() - interval '8 days' WHERE connection_id = $1`,
      [connectionId],
    );
    await alter("next_due_at = now() - interval '1 second', lease_until = now()", 'connection_upkeep');
    await other.get(Upkeep).sweep();
    expect((await kinds())[0]).toBe('credentials_erased');
    held.release();
  });

  it('is dropped where somebody has connected again', async () => {
    const held = await givenUpMeanwhile();
    await connectTenant(other, deskera, { tenantId });
    const { fingerprint } = await get(other);
    held.release();
    await eventually(async () => (await kinds())[0] === 'late_grant_dropped');
    expect((await get(other)).fingerprint).toBe(fingerprint);
  });
});

/** The slow replica's refresh is done at Deskera and not answered; the other's was refused, and the token is bad. */
async function givenUpMeanwhile() {
  breakCall(slow.get(ConnectionLeases), 'renew');
  deskera.grants.expire('11242');
  const held = deskera.holdNext('refresh');
  deskera.answerNext('refresh', (_call, honest) => honest(), refused());
  const caller = get(slow, 0).catch(() => undefined);
  await held.arrived;
  await caller;
  hasWatchedTheClock(other.get(DatabaseTime));
  await alter("attempt_until = now() - interval '1 hour', lease_until = now()", 'connection_upkeep');
  await expect(get(other)).rejects.toMatchObject({ code: 'reconnect_required' });
  return held;
}

function alter(assignment: string, table?: 'connection_upkeep'): Promise<void> {
  return alterStored(admin, [slow, other], tenantId, assignment, table);
}

async function status(): Promise<string> {
  return (await other.get(Connections).find(connectionId)).status;
}

/** Of its events, newest first. */
async function kinds(): Promise<readonly string[]> {
  return (await other.get(Connections).events(connectionId, null)).items.map(({ kind }) => kind);
}

function get(replica: TestReplica, maxVerifiedAgeSeconds: number | null = null): Promise<DeskeraToken> {
  return replica.get(DeskeraTokens).get({ tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds });
}
