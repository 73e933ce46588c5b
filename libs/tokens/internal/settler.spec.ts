import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera, passing, refused } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { ConnectionLeases, ConnectionReads } from '#store';
import {
  alterStored,
  asked,
  connectTenant,
  loseAnswer,
  openTestReplica,
  randomTenant,
  type TestReplica,
} from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
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

describe('a question to Deskera that another replica has under way', () => {
  it('is shared with its failure', async () => {
    await connectTenant(one, deskera, { tenantId });
    const held = deskera.holdNext('validate');
    deskera.answerNext('validate', passing('timeout'), passing('timeout'));
    const first = get(one, { maxVerifiedAgeSeconds: 0 });
    await held.arrived;
    const looksAgain = asked(other.get(ConnectionReads), 'find');
    const second = get(other, { maxVerifiedAgeSeconds: 0 });
    await looksAgain;
    held.release();
    expect(await first).toMatchObject({ degraded: 'deskera_unavailable' });
    expect(await second).toMatchObject({ degraded: 'deskera_unavailable' });
  });
});

describe('a token that can not be refreshed', () => {
  it('is still asked about for a caller who wants that', async () => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() + interval '10 seconds'");
    deskera.answerNext('refresh', refused());
    await get(one);
    await set("not_before = now() + interval '10 minutes'", 'connection_upkeep');
    const before = deskera.callsOf('validate').length;
    expect(await get(one, { minTtlSeconds: 0, maxVerifiedAgeSeconds: 0 })).toMatchObject({ degraded: null });
    expect(deskera.callsOf('validate')).toHaveLength(before + 1);
  });
});

describe('a refresh whose outcome is not known', () => {
  it.each<[string, (replica: TestReplica) => void]>([
    [
      'the answer to its opening',
      (replica) => {
        loseAnswer(replica.get(ConnectionLeases), 'openAttempt');
      },
    ],
    [
      'the row it would be judged by',
      (replica) => {
        deskera.answerNext('refresh', () => {
          loseAnswer(replica.get(ConnectionReads), 'find');
          return refused();
        });
      },
    ],
  ])('is not stuck in its own process where the database does not give %s', async (_what, lose) => {
    await connectTenant(one, deskera, { tenantId });
    await set("expires_at = now() - interval '1 second'");
    lose(one);
    await get(one).catch(() => undefined);
    await set('not_before = null, lease_until = now()', 'connection_upkeep');
    expect(await get(one)).toMatchObject({ degraded: null });
    expect(deskera.grants.spentShownAgain).toBe(0);
  });
});

function get(replica: TestReplica, wish: Partial<TokenRequest> = {}): Promise<DeskeraToken> {
  return replica
    .get(DeskeraTokens)
    .get({ tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null, ...wish });
}

function set(assignment: string, table?: 'connection_upkeep'): Promise<void> {
  return alterStored(admin, [one, other], tenantId, assignment, table);
}
