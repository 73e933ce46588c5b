import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Clock, parseTenantId, randomToken, Secret } from '#kernel';
import { openTestStore, type TestStore } from '../../testing/test-store.js';
import { storeConnection, grantSave } from '../../testing/stored-connection.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import {
  ConnectionAdoptions,
  type AdoptionDecision,
  type AdoptionResult,
} from '../../connection-adoptions.js';

let database: TestDatabase;
let one: ConnectionAdoptions;
let other: ConnectionAdoptions;
let stores: readonly TestStore[];

beforeAll(async () => {
  database = await createTestDatabase();
  stores = await Promise.all([openTestStore(database.url), openTestStore(database.url)]);
  [one, other] = stores.map((store) => store.get(ConnectionAdoptions)) as [
    ConnectionAdoptions,
    ConnectionAdoptions,
  ];
});

afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await database.drop();
});

describe('the claim of a pair', () => {
  it('is given to one of many who ask at once', async () => {
    const pair = Secret.of(randomToken());
    const claims = await Promise.all([one, other, one, other].map((each) => each.claim(pair, 60)));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
    expect(await other.claim(Secret.of(randomToken()), 60)).not.toBeNull();
  });

  it('is free again once it was ended, or has lapsed', async () => {
    const pair = Secret.of(randomToken());
    const claim = await one.claim(pair, 60);
    if (claim === null) throw new Error('it was not given');
    await one.endClaim(claim);
    expect(await other.claim(pair, 0)).not.toBeNull();
    expect(await one.claim(pair, 60)).not.toBeNull();
  });

  it('that lapsed is not ended by whoever had it before', async () => {
    const pair = Secret.of(randomToken());
    const lapsed = await one.claim(pair, 0);
    if (lapsed === null) throw new Error('it was not given');
    await other.claim(pair, 60);
    await one.endClaim(lapsed);
    expect(await one.claim(pair, 60)).toBeNull();
  });
});

describe('a pair that another connection holds', () => {
  // Nothing is written in these cases, so no unique index refuses the adoption.
  it.each<AdoptionDecision>([{ kind: 'repeated' }, { kind: 'superseded' }])(
    'is refused as held elsewhere before anything else is decided: $kind',
    async (decision) => {
      const refreshToken = randomToken();
      const tenantId = `tenant-${randomToken()}`;
      await storeConnection(firstStore(), { refreshToken });
      await storeConnection(firstStore(), { tenantId });
      expect(await adopted(tenantId, refreshToken, decision)).toEqual({ kind: 'held_elsewhere' });
    },
  );
});

function firstStore(): TestStore {
  const [store] = stores;
  if (store === undefined) throw new Error('there is no store');
  return store;
}

function adopted(
  tenantId: string,
  refreshToken: string,
  decision: AdoptionDecision,
): Promise<AdoptionResult> {
  return one.adopt({
    tenantId: parseTenantId(tenantId),
    apiVersion: 'v1',
    apiUrl: 'https://bifrost.example',
    orgId: '11242',
    orgName: null,
    email: null,
    connectNumber: 2,
    grant: grantSave(firstStore().get(Clock), { refreshToken }),
    spentSha256: null,
    stateSha256: randomBytes(32),
    sessionSha256: randomBytes(32),
    decide: () => decision,
  });
}
