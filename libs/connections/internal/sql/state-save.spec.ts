import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestStore, type TestStore } from '../../testing/test-store.js';
import { storedRecord } from '../../testing/stored-connection.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ConnectionLeases } from '../../connection-leases.js';
import { ConnectionReads } from '../../connection-reads.js';
import type { ConnectionRecord } from '../../connection-record.js';
import { ConnectionSaves } from '../../connection-saves.js';

let database: TestDatabase;
let store: TestStore;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url);
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

describe('a state', () => {
  it('is saved onto the row that it was computed from', async () => {
    const seen = await openedAttempt();
    expect(await save(seen)).toBe(true);
    expect(await read(seen)).toMatchObject({
      lastError: 'the new state',
      stateVersion: seen.stateVersion + 1,
    });
  });

  // After a failover that lost commits the same version may be of another row.
  it.each<[string, Partial<ConnectionRecord>]>([
    ['version', { stateVersion: 0 }],
    ['connect', { connectNumber: 9 }],
    ['grant', { grantAttempt: 9 }],
    ['attempt', { attempt: 9 }],
    ["attempt's process", { attemptProcessId: '0e3f2f6e-0000-4000-8000-000000000001' }],
    ['status', { status: 'reconnect_required' }],
  ])('is not saved onto a row with another %s', async (_, changes) => {
    const stored = await openedAttempt();
    expect(await save({ ...stored, ...changes })).toBe(false);
    expect(await read(stored)).toMatchObject({ lastError: null, stateVersion: stored.stateVersion });
  });
});

async function openedAttempt(): Promise<ConnectionRecord> {
  const seen = await storedRecord(store);
  const times = { leaseSeconds: 30, callSeconds: 0, takeoverSeconds: 60 };
  const request = { seen, held: null, ownEndedAttempt: null, ...times };
  const opened = await store.get(ConnectionLeases).openAttempt(request);
  if (opened === null) throw new Error('the attempt was not opened');
  return opened.record;
}

function save(seen: ConnectionRecord): Promise<boolean> {
  const next = { ...seen, lastError: 'the new state' };
  return store
    .get(ConnectionSaves)
    .saveState({ seen, next, event: null, publish: false, erase: false, lease: null });
}

async function read({ connectionId }: ConnectionRecord): Promise<ConnectionRecord> {
  const record = await store.get(ConnectionReads).find(connectionId);
  if (record === null) throw new Error('the connection is missing');
  return record;
}
