import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Clock } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ConnectionReads } from '../../connection-reads.js';
import type { ConnectionRecord, StoredStatus } from '../../connection-record.js';
import { ConnectionSaves } from '../../connection-saves.js';
import { grantSave } from '../../testing/stored-connection.js';
import { openTestStore, storeConnection, storedRecord, type TestStore } from '../../testing/index.js';

let database: TestDatabase;
let store: TestStore;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await store.close();
  await database.drop();
});

async function told(connectionId: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(
    `SELECT number || ' ' || type AS line FROM webhook_event WHERE connection_id = $1 ORDER BY number`,
    [connectionId],
  );
  return rows.map(({ line }) => line.replace('connection.', ''));
}

async function present({ connectionId }: Pick<ConnectionRecord, 'connectionId'>): Promise<ConnectionRecord> {
  const record = await store.get(ConnectionReads).find(connectionId);
  if (record === null) throw new Error('it is stored');
  return record;
}

async function save(seen: ConnectionRecord, status: StoredStatus, kind: string | null): Promise<boolean> {
  const reason = status === 'reconnect_required' ? ('grant_revoked' as const) : null;
  return store.get(ConnectionSaves).saveState({
    seen,
    next: { ...seen, status, reason },
    event: kind === null ? null : { kind, detail: { reason } },
    publish: true,
    erase: false,
    lease: null,
  });
}

describe('what is told of a connection', () => {
  it('has numbers without gaps, and is what its history says', async () => {
    const record = await storedRecord(store);
    expect(await save(record, 'connected', 'cannot_be_refreshed')).toBe(true);
    expect(await save(await present(record), 'connected', 'token_invalid')).toBe(true);
    expect(await save(await present(record), 'connected', null)).toBe(true);
    expect(await save(await present(record), 'reconnect_required', 'reconnect_required')).toBe(true);
    await store.get(ConnectionSaves).disconnect(record.connectionId, null);
    expect(await told(record.connectionId)).toEqual([
      '1 connected',
      '2 expiring',
      '3 reconnect_required',
      '4 disconnected',
    ]);
  });

  it('is nothing where nothing was changed', async () => {
    const record = await storedRecord(store);
    await save(record, 'connected', null);
    expect(await save(record, 'reconnect_required', 'reconnect_required')).toBe(false);
    await store.get(ConnectionSaves).recordEvent(record.connectionId, { kind: 'connected', detail: {} });
    expect(await store.get(ConnectionSaves).disconnect(record.connectionId, 'another-tenant')).toBe(false);
    expect(await told(record.connectionId)).toEqual(['1 connected']);
  });

  it('is that it recovered, be it by a late refresh or by an activation', async () => {
    const record = await storedRecord(store);
    await save(record, 'reconnect_required', 'reconnect_required');
    const seen = { ...(await present(record)), attempt: 1 };
    const refresh = {
      seen,
      grant: grantSave(store.get(Clock)),
      next: { ...seen, status: 'connected' as const },
    };
    const event = { kind: 'refreshed', detail: { attempt: 1 } };
    const lease = { connectionId: record.connectionId, leaseId: record.connectionId };
    expect(await store.get(ConnectionSaves).saveRefresh({ ...refresh, event, lease })).toBe('saved');
    await save(await present(record), 'reconnect_required', 'reconnect_required');
    await save(await present(record), 'awaiting_activation', 'awaiting_activation');
    await save(await present(record), 'connected', 'connected');
    expect(await told(record.connectionId)).toEqual([
      '1 connected',
      '2 reconnect_required',
      '3 recovered',
      '4 reconnect_required',
      '5 recovered',
    ]);
  });

  it('is nothing of one that was never activated', async () => {
    const record = await storedRecord(store, { state: { status: 'awaiting_activation' } });
    // The stored sample tells of itself, which a connect that waits does not.
    await client.query('DELETE FROM webhook_event');
    await client.query('DELETE FROM connection_announcement');
    expect(await store.get(ConnectionSaves).expireActivation(record)).toBe(true);
    expect(await told(record.connectionId)).toEqual([]);
  });

  it('is in the order of the commits, whoever changes it at once', async () => {
    const tenant = { tenantId: 'contended' };
    const connects = Array.from({ length: 12 }, (_, index) =>
      storeConnection(store, { ...tenant, connectNumber: index + 1 }),
    );
    const [result] = await Promise.all(connects);
    if (result?.kind !== 'saved') throw new Error('it is stored');
    const lines = await told(result.connectionId);
    expect(lines).toEqual(lines.map((_, index) => `${String(index + 1)} connected`));
    expect(lines).toHaveLength(12);
  });
});
