import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Clock } from '#kernel';
import { eventually } from '#kernel/testing';
import { grantSave, openTestStore, storedRecord, type TestStore } from '#connections/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import {
  ConnectionLeases,
  type OpenedAttempt,
  ConnectionListing,
  ConnectionReads,
  type ConnectionRecord,
  ConnectionSaves,
} from '#connections';
import { Database } from './database.js';

let database: TestDatabase;
let store: TestStore;
let admin: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url);
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await store.close();
  await database.drop();
});

// A statement that waited for a row's lock goes on with the row's newest version, but with the old ones of all rows that
// it only joins: each of these would go wrong for a statement that forgets that.
describe('a statement that waited for another one', () => {
  it('opens no attempt for a grant that was replaced while it waited', async () => {
    const { record, lease } = await opened(await storedRecord(store));
    await store.get(ConnectionLeases).release(lease);
    const second = await overtaken(
      `UPDATE credential SET grant_attempt = ${String(record.attempt)}, sealed_refresh_token = 'newer' WHERE connection_id = $1`,
      record,
      () => open(record, record.attempt),
    );
    expect(second).toBeNull();
  });

  it('revives a connection that was given up while it waited', async () => {
    const { record, lease } = await opened(await storedRecord(store));
    const saved = await overtaken(
      `UPDATE connection SET status = 'reconnect_required', reason = 'refresh_outcome_lost' WHERE connection_id = $1`,
      record,
      () =>
        store.get(ConnectionSaves).saveRefresh({
          seen: record,
          lease,
          next: { ...record, attemptOpen: false },
          event: { kind: 'refreshed', detail: {} },
          grant: grantSave(store.get(Clock)),
        }),
    );
    expect(saved).toBe('saved');
    expect(await read(record)).toMatchObject({ status: 'connected', reason: null });
  });

  it('does not renew a lease that was ended while it waited', async () => {
    const { record, lease } = await opened(await storedRecord(store));
    const leases = store.get(ConnectionLeases);
    const [, kept] = await overtaken(
      'SELECT FROM connection WHERE connection_id = $1',
      record,
      () =>
        Promise.all([
          leases.release(lease),
          someoneWaits().then(() => leases.renew(lease, 30, record.attempt)),
        ]),
      2,
    );
    expect(kept).toBe(false);
    expect(await read(record)).toMatchObject({ leased: false });
  });
});

describe('an attempt', () => {
  it('is not opened for a record whose grant was replaced since', async () => {
    const { record, lease } = await opened(await storedRecord(store));
    await store.get(ConnectionSaves).saveRefresh({
      seen: record,
      lease,
      next: { ...record, attemptOpen: false },
      event: { kind: 'refreshed', detail: {} },
      grant: grantSave(store.get(Clock)),
    });
    expect(await open(record, record.attempt)).toBeNull();
  });
});

describe('a default org', () => {
  it('is one of those that were set at the same time', async () => {
    const { tenantId } = await storedRecord(store, { orgId: 'a' });
    await storedRecord(store, { tenantId, orgId: 'b' });
    await storedRecord(store, { tenantId, orgId: 'c' });
    const listing = store.get(ConnectionListing);
    await listing.setDefaultOrg(tenantId, 'a');
    for (let round = 0; round < 5; round += 1) {
      const orgs = ['a', 'b', 'c'];
      expect(await Promise.all(orgs.map((orgId) => listing.setDefaultOrg(tenantId, orgId)))).toEqual([
        true,
        true,
        true,
      ]);
      const defaults = (await listing.ofTenant(tenantId)).filter(({ isDefault }) => isDefault);
      expect(defaults).toHaveLength(1);
    }
  });
});

describe('a transaction', () => {
  it('whose connection ends is a passing failure, and nothing worse', async () => {
    const work = store.get(Database).transaction(async (transaction) => {
      const [row] = await transaction.rows<{ pid: number }>(
        { name: 'own_pid', text: 'SELECT pg_backend_pid() AS pid' },
        [],
      );
      await admin.query('SELECT pg_terminate_backend($1, 5000)', [row?.pid]);
      return transaction.rows({ name: 'one', text: 'SELECT 1 AS one' }, []);
    });
    await expect(work).rejects.toMatchObject({ code: 'broker_unavailable' });
  });
});

/** Runs the statement so that it starts before, and gets the rows' locks after the change committed. */
async function overtaken<Result>(
  change: string,
  { connectionId }: ConnectionRecord,
  statement: () => Promise<Result>,
  waiting = 1,
): Promise<Result> {
  await admin.query('BEGIN');
  for (const table of ['credential', 'connection_upkeep', 'connection']) {
    await admin.query(`SELECT FROM ${table} WHERE connection_id = $1 FOR NO KEY UPDATE`, [connectionId]);
  }
  await admin.query(change, [connectionId]);
  const running = statement();
  await someoneWaits(waiting);
  await admin.query('COMMIT');
  return running;
}

async function someoneWaits(atLeast = 1): Promise<void> {
  const watcher = new pg.Client({ connectionString: database.url });
  await watcher.connect();
  try {
    await eventually(async () => {
      const { rowCount } = await watcher.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return (rowCount ?? 0) >= atLeast;
    });
  } finally {
    await watcher.end();
  }
}

async function opened(seen: ConnectionRecord): Promise<OpenedAttempt> {
  const attempt = await open(seen, null);
  if (attempt === null) throw new Error('the attempt was not opened');
  return attempt;
}

function open(seen: ConnectionRecord, ownEndedAttempt: number | null): Promise<OpenedAttempt | null> {
  const request = {
    seen,
    leaseSeconds: 30,
    held: null,
    ownEndedAttempt,
    callSeconds: 0,
    takeoverSeconds: 60,
  };
  return store.get(ConnectionLeases).openAttempt(request);
}

async function read({ connectionId }: ConnectionRecord): Promise<ConnectionRecord> {
  const record = await store.get(ConnectionReads).find(connectionId);
  if (record === null) throw new Error('the connection is missing');
  return record;
}
