import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Clock, Secret } from '#kernel';
import { grantSave, storeConnection, storedRecord } from '../../testing/stored-connection.js';
import { openTestStore, type TestStore } from '../../testing/test-store.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ConnectionLeases, type OpenedAttempt } from '../../connection-leases.js';
import { ConnectionListing } from '../../connection-listing.js';
import { ConnectionReads } from '../../connection-reads.js';
import type { ConnectionRecord, ConnectionState } from '../../connection-record.js';
import { ConnectionSaves, type RefreshSaveResult } from '../../connection-saves.js';

let database: TestDatabase;
let store: TestStore;
let admin: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url);
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  // The connects of this file bring numbers of their own: a disconnect draws a later one, as in life.
  await admin.query(`SELECT setval('connect_number_sequence', 1000)`);
});

afterAll(async () => {
  await admin.end();
  await store.close();
  await database.drop();
});

describe('a refreshed grant', () => {
  it('replaces the older one, and closes its attempt and lease', async () => {
    const opened = await openedAttempt();
    expect(await refresh(opened, { token: 'new token', refreshToken: 'new refresh token' })).toBe('saved');
    const record = await read(opened.record);
    expect(record).toMatchObject({
      grantAttempt: opened.record.attempt,
      attemptOpen: false,
      outcomeUnknown: false,
      leased: false,
    });
    expect((await store.get(ConnectionReads).token(record))?.reveal()).toBe('new token');
  });

  it('is saved by an owner whose lease ended long ago, and leaves the newer attempt open', async () => {
    const first = await openedAttempt({ leaseSeconds: 0 });
    const second = await reopen(first);
    expect(await refresh(first, { token: 'late' })).toBe('saved');
    expect(await read(first.record)).toMatchObject({
      grantAttempt: first.record.attempt,
      attemptOpen: true,
      leased: true,
    });
    expect(await refresh(second, { token: 'newest' })).toBe('saved');
    expect(await read(first.record)).toMatchObject({
      grantAttempt: second.record.attempt,
      attemptOpen: false,
    });
  });

  it('is dropped where a newer attempt brought one already', async () => {
    const first = await openedAttempt({ leaseSeconds: 0 });
    const second = await reopen(first);
    expect(await refresh(second, { token: 'newest' })).toBe('saved');
    expect(await refresh(first, { token: 'late' })).toBe('moved');
    const record = await read(first.record);
    expect((await store.get(ConnectionReads).token(record))?.reveal()).toBe('newest');
  });

  it('is dropped where the tenant connected again meanwhile', async () => {
    const opened = await openedAttempt();
    await storeConnection(store, {
      tenantId: opened.record.tenantId,
      connectNumber: 2,
      token: 'reconnected',
    });
    expect(await refresh(opened, { token: 'late' })).toBe('moved');
    expect((await store.get(ConnectionReads).token(await read(opened.record)))?.reveal()).toBe('reconnected');
  });

  it('is dropped where the connection was disconnected meanwhile', async () => {
    const opened = await openedAttempt();
    expect(await store.get(ConnectionSaves).disconnect(opened.record.connectionId, null)).toBe(true);
    expect(await refresh(opened, { token: 'late' })).toBe('moved');
    expect(await read(opened.record)).toMatchObject({ status: 'disconnected', fingerprint: null });
  });

  it('revives a connection that was given up meanwhile', async () => {
    const opened = await openedAttempt();
    const verdict: ConnectionState = {
      ...opened.record,
      status: 'reconnect_required',
      reason: 'refresh_outcome_lost',
    };
    expect(await save(opened.record, verdict)).toBe(true);
    expect(await refresh(opened, { token: 'late but good' })).toBe('saved');
    expect(await read(opened.record)).toMatchObject({ status: 'connected', reason: null });
    const [newest] = await store.get(ConnectionListing).events(opened.record.connectionId, null, 1);
    expect(newest).toMatchObject({ kind: 'recovered' });
  });

  it('that another connection holds is not stored', async () => {
    await storedRecord(store, { refreshToken: 'held by one' });
    const opened = await openedAttempt();
    expect(await refresh(opened, { refreshToken: 'held by one' })).toBe('held_elsewhere');
    expect(await read(opened.record)).toMatchObject({ grantAttempt: 0, attemptOpen: true });
  });

  it('remembers the last eight refresh tokens that were spent', async () => {
    let seen = await storedRecord(store, { refreshToken: 'refresh 0' });
    for (let index = 1; index <= 10; index += 1) {
      const opened = await openAttempt(seen);
      await refresh(opened, { refreshToken: `refresh ${String(index)}` });
      seen = await read(seen);
    }
    const { rows } = await admin.query<{ spent: Buffer[] }>(
      'SELECT spent_refresh_token_sha256 AS spent FROM credential WHERE connection_id = $1',
      [seen.connectionId],
    );
    const expected = [2, 3, 4, 5, 6, 7, 8, 9].map((index) =>
      Secret.of(`refresh ${String(index)}`)
        .sha256()
        .toString('hex'),
    );
    expect(rows[0]?.spent.map((hash) => hash.toString('hex'))).toEqual(expected);
  });

  it('expires by the database, counted from the arrival of the answer', async () => {
    const opened = await openedAttempt();
    const now = store.get(Clock).monotonicMilliseconds();
    await store.get(ConnectionSaves).saveRefresh({
      seen: opened.record,
      lease: opened.lease,
      next: { ...opened.record, status: 'connected' },
      event: { kind: 'refreshed', detail: {} },
      grant: {
        ...grantSave(store.get(Clock), { tokenLifeSeconds: 100 }),
        arrivedAt: now - 40_000,
        sentAt: now - 50_000,
      },
    });
    const record = await read(opened.record);
    const left = (record.expiresAt?.getTime() ?? 0) - record.readAt.getTime();
    expect(left / 1_000).toBeCloseTo(60, 0);
    expect((record.readAt.getTime() - (record.verifiedAt?.getTime() ?? 0)) / 1_000).toBeCloseTo(50, 0);
  });

  it.each<[string | null | undefined, string | null]>([
    ['Renamed Org', 'Renamed Org'],
    [null, null],
    [undefined, null],
  ])(
    'that names its org %j takes over the name, and keeps it where there is none',
    async (orgName, renamed) => {
      const opened = await openedAttempt();
      const before = opened.record.orgName;
      await store.get(ConnectionSaves).saveRefresh({
        seen: opened.record,
        lease: opened.lease,
        next: { ...opened.record, status: 'connected' },
        event: { kind: 'refreshed', detail: {} },
        grant: grantSave(store.get(Clock)),
        ...(orgName === undefined ? {} : { orgName }),
      });
      expect((await read(opened.record)).orgName).toBe(renamed ?? before);
      const { rows } = await admin.query<{ detail: unknown }>(
        `SELECT detail FROM connection_event WHERE connection_id = $1 AND kind = 'org_renamed'`,
        [opened.record.connectionId],
      );
      expect(rows).toEqual(renamed === null ? [] : [{ detail: { name: renamed } }]);
    },
  );
});

describe('a verdict', () => {
  it.each<[string, (opened: OpenedAttempt) => Promise<unknown>]>([
    ['a newer attempt was opened', reopen],
    ['a grant arrived', (opened) => refresh(opened, {})],
    [
      'the token was found to be bad',
      async ({ record }) =>
        save(await read(record), { ...(await read(record)), badSince: new Date(), status: 'connected' }),
    ],
    [
      'the tenant connected again',
      ({ record }) => storeConnection(store, { tenantId: record.tenantId, connectNumber: 2 }),
    ],
  ])('is not saved where %s meanwhile', async (_what, happen) => {
    const opened = await openedAttempt({ leaseSeconds: 0 });
    await happen(opened);
    const verdict: ConnectionState = {
      ...opened.record,
      status: 'reconnect_required',
      reason: 'grant_revoked',
    };
    expect(await save(opened.record, verdict)).toBe(false);
    expect(await read(opened.record)).toMatchObject({ status: 'connected' });
  });
});

describe('a disconnect', () => {
  it('erases everything that could open the org again, once', async () => {
    const { connectionId, tenantId } = await storedRecord(store);
    const saves = store.get(ConnectionSaves);
    expect(await saves.disconnect(connectionId, 'another-tenant')).toBe(false);
    const answers = await Promise.all([
      saves.disconnect(connectionId, tenantId),
      saves.disconnect(connectionId, null),
    ]);
    expect(answers.filter(Boolean)).toHaveLength(1);
    const { rows } = await admin.query('SELECT * FROM credential WHERE connection_id = $1', [connectionId]);
    expect(rows[0]).toMatchObject({
      sealed_token: null,
      sealed_refresh_token: null,
      fingerprint: null,
      refresh_token_sha256: null,
      // A hash opens nothing, and the pair is known by it should Deskera hand it back.
      spent_refresh_token_sha256: [expect.any(Buffer)],
    });
    const events = await store.get(ConnectionListing).events(connectionId, null, 10);
    expect(events.map(({ kind }) => kind)).toEqual(['disconnected', 'connected']);
  });
});

describe('an activation that was waited for too long', () => {
  it('ends the connection', async () => {
    const awaiting = await storedRecord(store, { state: { status: 'awaiting_activation' } });
    expect(await store.get(ConnectionSaves).expireActivation(awaiting)).toBe(true);
    expect(await read(awaiting)).toMatchObject({ status: 'disconnected', fingerprint: null });
  });

  it('ends nothing that was activated, or connected again, in the last moment', async () => {
    const awaiting = await storedRecord(store, { state: { status: 'awaiting_activation' } });
    await save(awaiting, { ...awaiting, status: 'connected' });
    expect(await store.get(ConnectionSaves).expireActivation(awaiting)).toBe(false);
    expect(await read(awaiting)).toMatchObject({ status: 'connected' });

    const first = await storedRecord(store, { state: { status: 'awaiting_activation' } });
    const { tenantId } = first;
    const again = { tenantId, connectNumber: 2, state: { status: 'awaiting_activation' } as const };
    await storeConnection(store, again);
    expect(await store.get(ConnectionSaves).expireActivation(first)).toBe(false);
  });
});

async function openedAttempt(changes: { leaseSeconds?: number } = {}): Promise<OpenedAttempt> {
  return openAttempt(await storedRecord(store), changes);
}

async function openAttempt(
  seen: ConnectionRecord,
  {
    leaseSeconds = 30,
    ownEndedAttempt = null,
  }: { leaseSeconds?: number; ownEndedAttempt?: number | null } = {},
): Promise<OpenedAttempt> {
  const request = { seen, leaseSeconds, held: null, ownEndedAttempt, callSeconds: 0, takeoverSeconds: 60 };
  const opened = await store.get(ConnectionLeases).openAttempt(request);
  if (opened === null) throw new Error('the attempt was not opened');
  return opened;
}

function reopen({ record }: OpenedAttempt): Promise<OpenedAttempt> {
  return openAttempt(record, { ownEndedAttempt: record.attempt });
}

function refresh(
  { record, lease }: OpenedAttempt,
  grant: { token?: string; refreshToken?: string },
): Promise<RefreshSaveResult> {
  return store.get(ConnectionSaves).saveRefresh({
    seen: record,
    lease,
    next: { ...record, status: 'connected', reason: null, attemptOpen: false, outcomeUnknown: false },
    event: { kind: 'refreshed', detail: {} },
    grant: grantSave(store.get(Clock), grant),
  });
}

function save(seen: ConnectionRecord, next: ConnectionState): Promise<boolean> {
  return store
    .get(ConnectionSaves)
    .saveState({ seen, next, event: null, publish: true, erase: false, lease: null });
}

async function read({ connectionId }: ConnectionRecord): Promise<ConnectionRecord> {
  const record = await store.get(ConnectionReads).find(connectionId);
  if (record === null) throw new Error('the connection is missing');
  return record;
}
