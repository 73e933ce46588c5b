import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeDeskera } from '#deskera/testing';
import { ConnectionLeases, ConnectionReads, type ConnectionRecord } from '#store';
import { breakCall, connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { Checker } from './checker.js';

const defect = new Error('a defect');

let database: TestDatabase;
let deskera: FakeDeskera;
let replica: TestReplica;
let connectionId: string;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

beforeEach(async () => {
  deskera = new FakeDeskera({ now: () => new Date() });
  replica = await openTestReplica({ databaseUrl: database.url, deskera });
  ({ connectionId } = await connectTenant(replica, deskera, { tenantId: randomTenant() }));
});

afterEach(() => replica.close());

describe('a check that fails unexpectedly', () => {
  it.each<[string, () => void]>([
    ['before the question', () => breakCall(replica.get(ConnectionReads), 'token', defect)],
    ['by the question', () => deskera.answerNext('validate', () => Promise.reject(defect))],
  ])('%s gives its lease back at once', async (_, arrange) => {
    arrange();
    const seen = await record();
    await expect(replica.get(Checker).check({ seen, held: null, onDemand: false })).rejects.toBe(defect);
    expect(await replica.get(ConnectionLeases).forCheck(connectionId, 20, false)).toMatchObject({
      connectionId,
    });
  });

  it('gives back a lease that was held before', async () => {
    const held = await replica.get(ConnectionLeases).forCheck(connectionId, 20, false);
    if (held === 'leased' || held === 'limited') throw new Error('the lease was not given');
    deskera.answerNext('validate', () => Promise.reject(defect));
    const seen = await record();
    await expect(replica.get(Checker).check({ seen, held, onDemand: false })).rejects.toBe(defect);
    expect((await record()).leased).toBe(false);
  });
});

async function record(): Promise<ConnectionRecord> {
  const found = await replica.get(ConnectionReads).find(connectionId);
  if (found === null) throw new Error('the connection is missing');
  return found;
}
