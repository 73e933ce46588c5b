import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeDeskera } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { eventually } from '#kernel/testing';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { Connections } from '../../connections.js';
import { DeskeraTokens, type DeskeraToken, type HotToken, type TokenRequest } from '../../deskera-token.js';

const orgId = '11242';

let database: TestDatabase;
let deskera: FakeDeskera;
let replica: TestReplica;
let tenantId: TenantId;
let connectionId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  deskera = new FakeDeskera({ now: () => new Date() });
  replica = await openTestReplica({ databaseUrl: database.url, deskera });
});

afterAll(async () => {
  await replica.close();
  await database.drop();
});

beforeEach(async () => {
  tenantId = randomTenant();
  ({ connectionId } = await connectTenant(replica, deskera, { tenantId }));
});

describe('a token that was read', () => {
  it('is hot: the same object each time, until it is forgotten', async () => {
    expect(hot()).toBeNull();
    const first = await untilHot();
    expect(await get()).toEqual(first.whole());
    await eventually(() => Promise.resolve(hot() === first));
    await replica.get(Connections).disconnect(connectionId, tenantId);
    expect(hot()).toBeNull();
  });

  it('is not, for whom it is not enough, or who asks for it by another name', async () => {
    await untilHot();
    expect(hot({ orgId })).toBeNull();
    expect(hot({ minTtlSeconds: 86_400 })).toBeNull();
    expect(hot({ maxVerifiedAgeSeconds: 0 })).toBeNull();
  });

  it('is forgotten under every name that it was asked for by', async () => {
    await untilHot();
    await untilHot({ orgId });
    await replica.get(Connections).disconnect(connectionId, tenantId);
    expect([hot(), hot({ orgId })]).toEqual([null, null]);
  });
});

function get(wish: Partial<TokenRequest> = {}): Promise<DeskeraToken> {
  return replica.get(DeskeraTokens).get(usualRequest(wish));
}

function hot(wish: Partial<TokenRequest> = {}): HotToken | null {
  return replica.get(DeskeraTokens).hot(usualRequest(wish));
}

/** A read fills the memory; that it is proven fresh may take another poll. */
async function untilHot(wish: Partial<TokenRequest> = {}): Promise<HotToken> {
  const seen: HotToken[] = [];
  await eventually(async () => {
    await get(wish);
    const token = hot(wish);
    if (token !== null) seen.push(token);
    return token !== null;
  });
  const [token] = seen;
  if (token === undefined) throw new Error('it was hot just now');
  return token;
}

function usualRequest(wish: Partial<TokenRequest>): TokenRequest {
  return { tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null, ...wish };
}
