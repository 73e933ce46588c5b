import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseTenantId } from '#kernel';
import { ConnectionReads } from '#connections';
import { openTestStore, type TestStore } from '#connections/testing';
import { createTestDatabase, type TestDatabase } from '../../test/postgres/index.js';
import { benchKeyId } from './broker.js';
import { sealTokens, storeRows, tenantOf, withClient } from './stored-tokens.js';

let database: TestDatabase;
let store: TestStore;

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.url, async (client) => {
    await storeRows(client, 3);
    await sealTokens(client, [0, 2]);
  });
  store = await openTestStore(database.url, { keyIds: [benchKeyId], trustsApiUrl: () => false });
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

describe('a token that the benchmarks store', () => {
  it.each([0, 2])(
    'can be read by a broker that trusts no API URL without its seal (row %i)',
    async (index) => {
      const good = await store.get(ConnectionReads).goodToken(parseTenantId(tenantOf(index)), null);
      const token = await good?.openToken();
      expect(token?.reveal()).toHaveLength(2_048);
    },
  );
});
