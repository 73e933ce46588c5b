import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { hasWatchedTheClock } from '#database/testing';
import { openTestStore, type TestStore } from '../../testing/test-store.js';
import { storedRecord } from '../../testing/stored-connection.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ConnectionLeases, type AttemptRequest, type ClaimRequest } from '../../connection-leases.js';
import { ConnectionReads } from '../../connection-reads.js';
import type { ConnectionRecord } from '../../connection-record.js';
import { DatabaseTime, ReplicaSession } from '#database';

let database: TestDatabase;
let one: TestStore;
let other: TestStore;
let admin: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  [one, other] = await Promise.all([openTestStore(database.url), openTestStore(database.url)]);
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await Promise.all([one, other].map(lockHeld));
});

afterAll(async () => {
  await admin.end();
  await Promise.all([one.close(), other.close()]);
  await database.drop();
});

describe('a lease for a check', () => {
  it('is given to one of many who ask at once', async () => {
    const { connectionId } = await storedRecord(one);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? one : other).get(ConnectionLeases).forCheck(connectionId, 30, false),
      ),
    );
    expect(answers.filter((answer) => answer === 'leased')).toHaveLength(9);
  });

  it('is free again once it ended, and not before', async () => {
    const { connectionId } = await storedRecord(one);
    const leases = one.get(ConnectionLeases);
    const lease = await leases.forCheck(connectionId, 30, false);
    expect(await other.get(ConnectionLeases).forCheck(connectionId, 30, false)).toBe('leased');
    if (typeof lease === 'string') throw new Error(lease);
    await leases.release(lease);
    expect(await other.get(ConnectionLeases).forCheck(connectionId, 30, false)).not.toBe('leased');
    expect(await leases.renew(lease, 30, null)).toBe(false);
  });

  it('is given to callers ten times in ten seconds, over all replicas, and to the upkeep all the same', async () => {
    const { connectionId } = await storedRecord(one);
    for (let check = 0; check < 10; check += 1) {
      const leases = (check % 2 === 0 ? one : other).get(ConnectionLeases);
      const lease = await leases.forCheck(connectionId, 30, true);
      if (typeof lease === 'string') throw new Error(`check ${String(check)}: ${lease}`);
      await leases.release(lease);
    }
    expect(await one.get(ConnectionLeases).forCheck(connectionId, 30, true)).toBe('limited');
    const upkeep = await one.get(ConnectionLeases).forCheck(connectionId, 30, false);
    expect(typeof upkeep).not.toBe('string');
    if (typeof upkeep !== 'string') await one.get(ConnectionLeases).release(upkeep);

    await admin.query(
      `UPDATE connection_upkeep SET demanded_checks[1] = now() - interval '10 seconds' WHERE connection_id = $1`,
      [connectionId],
    );
    expect(typeof (await one.get(ConnectionLeases).forCheck(connectionId, 30, true))).not.toBe('string');
  });
});

describe('an attempt', () => {
  it('is opened by one of many who saw the same row, and counted up once', async () => {
    const seen = await storedRecord(one);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => open(index % 2 === 0 ? one : other, seen)),
    );
    const opened = answers.filter((answer) => answer !== null);
    expect(opened).toHaveLength(1);
    expect(opened[0]?.record).toMatchObject({ attempt: seen.attempt + 1, attemptOpen: true });
  });

  it('yields the refresh token of the grant it was opened for', async () => {
    const seen = await storedRecord(one, { refreshToken: 'the-refresh-token' });
    const opened = await open(one, seen);
    expect((await opened?.openRefreshToken())?.reveal()).toBe('the-refresh-token');
  });

  it('is not opened for a record that has moved on', async () => {
    const seen = await storedRecord(one);
    const first = await open(one, seen, { leaseSeconds: 0 });
    expect(first).not.toBeNull();
    expect(await open(one, seen, { ownEndedAttempt: seen.attempt + 1 })).toBeNull();
  });

  it('of a living owner is left to it, however free the lease', async () => {
    const opened = await open(one, await storedRecord(one), { leaseSeconds: 0 });
    expect(await open(other, opened?.record)).toBeNull();
  });

  it('is taken over by its own process once its call has ended', async () => {
    const opened = await open(one, await storedRecord(one), { leaseSeconds: 0 });
    const again = await open(one, opened?.record, { ownEndedAttempt: opened?.record.attempt ?? null });
    expect(again?.record).toMatchObject({ attempt: (opened?.record.attempt ?? 0) + 1, outcomeUnknown: true });
  });

  it('is taken over from an owner whose lock is free, on the server it was held on', async () => {
    hasWatchedTheClock(other.get(DatabaseTime));
    const opened = await openByTheGone();
    const taken = await open(other, opened);
    expect(taken?.record).toMatchObject({ attempt: opened.attempt + 1, outcomeUnknown: true });
  });

  it('is left to an owner whose lock is free for as long as its call may take: it may only be cut off', async () => {
    hasWatchedTheClock(other.get(DatabaseTime));
    const opened = await openByTheGone();
    expect(await open(other, opened, { callSeconds: 30 })).toBeNull();
    await admin.query(
      `UPDATE connection_upkeep SET attempt_until = now() - interval '30 seconds' WHERE connection_id = $1`,
      [opened.connectionId],
    );
    expect(await open(other, opened, { callSeconds: 30 })).not.toBeNull();
  });

  it('is not taken over for a free lock where the server started anew since', async () => {
    const opened = await openByTheGone();
    await admin.query(
      `UPDATE connection_upkeep SET attempt_server_started_at = now() - interval '1 day' WHERE connection_id = $1`,
      [opened.connectionId],
    );
    expect(await open(other, opened)).toBeNull();
  });

  it('records no lock that its owner holds on another server than the one that stores the attempt', async () => {
    const session = one.get(ReplicaSession);
    const held = session.heldLock();
    jest.spyOn(session, 'heldLock').mockReturnValueOnce({ key: held?.key ?? '', serverLife: 'another' });
    const keys = async (connectionId = '') => {
      const { rows } = await admin.query<{ key: string | null }>(
        `SELECT attempt_replica_key AS key FROM connection_upkeep WHERE connection_id = $1`,
        [connectionId],
      );
      return rows;
    };
    const elsewhere = await open(one, await storedRecord(one));
    expect(await keys(elsewhere?.record.connectionId)).toEqual([{ key: null }]);
    const here = await open(one, await storedRecord(one));
    expect(await keys(here?.record.connectionId)).toEqual([{ key: held?.key }]);
  });

  it('of whomever is taken over when the time after its lease is over, whoever leased the row meanwhile', async () => {
    hasWatchedTheClock(other.get(DatabaseTime));
    const opened = await open(one, await storedRecord(one), { leaseSeconds: 0 });
    const connectionId = opened?.record.connectionId ?? '';
    await admin.query(
      `UPDATE connection_upkeep SET attempt_until = now() - interval '60 seconds' WHERE connection_id = $1`,
      [connectionId],
    );
    const held = await other.get(ConnectionLeases).forCheck(connectionId, 30, false);
    if (typeof held === 'string') throw new Error(held);
    expect(await open(other, opened?.record, { held, takeoverSeconds: 61 })).toBeNull();
    expect(await open(other, opened?.record, { held, takeoverSeconds: 59 })).not.toBeNull();
  });

  it('keeps its time from being over while its lease is renewed for it', async () => {
    const opened = await open(one, await storedRecord(one), { leaseSeconds: 0 });
    if (opened === null) throw new Error('not opened');
    await one.get(ConnectionLeases).renew(opened.lease, 30, opened.record.attempt);
    await one.get(ConnectionLeases).release(opened.lease);
    expect(await open(other, opened.record, { takeoverSeconds: 0 })).toBeNull();
  });
});

describe('a claim', () => {
  it('shares what is due among replicas, longest due first, and leaves the rest', async () => {
    const clean = await createTestDatabase();
    const [a, b] = await Promise.all([openTestStore(clean.url), openTestStore(clean.url)]);
    try {
      const due = (minutes: number) => new Date(Date.now() - minutes * 60_000);
      for (let index = 0; index < 20; index += 1) {
        await storedRecord(a, { state: { nextDueAt: due(index + 1) } });
      }
      await storedRecord(a, { state: { nextDueAt: due(-60) } });
      const first = await a.get(ConnectionLeases).claimDue(4, claim());
      expect(
        first
          .map(({ record }) => Math.round((Date.now() - (record.nextDueAt?.getTime() ?? 0)) / 60_000))
          .sort((x, y) => y - x),
      ).toEqual([20, 19, 18, 17]);
      const rest = (
        await Promise.all([a, b, a, b].map((store) => store.get(ConnectionLeases).claimDue(10, claim())))
      ).flat();
      expect(new Set([...first, ...rest].map(({ lease }) => lease.connectionId)).size).toBe(
        first.length + rest.length,
      );
      const last = await a.get(ConnectionLeases).claimDue(10, claim());
      expect(first.length + rest.length + last.length).toBe(20);
    } finally {
      await Promise.all([a.close(), b.close()]);
      await clean.drop();
    }
  });
});

describe('a claim of a row whose attempt is open', () => {
  it("is its owner's, and anybody's once its time is over", async () => {
    const clean = await createTestDatabase();
    const [owner, stranger] = await Promise.all([openTestStore(clean.url), openTestStore(clean.url)]);
    try {
      const record = await storedRecord(owner, { state: { nextDueAt: new Date(0) } });
      const opened = await open(owner, record);
      if (opened === null) throw new Error('it was not opened');
      await owner.get(ConnectionLeases).release(opened.lease);
      const strangers = stranger.get(ConnectionLeases);
      hasWatchedTheClock(stranger.get(DatabaseTime));
      expect(await strangers.claimDue(10, claim())).toEqual([]);
      expect(await strangers.claimDue(10, { ...claim(), takeoverSeconds: -60 })).toHaveLength(1);
    } finally {
      await Promise.all([owner.close(), stranger.close()]);
      await clean.drop();
    }
  });

  it('comes back to its owner at once', async () => {
    const clean = await createTestDatabase();
    const owner = await openTestStore(clean.url);
    try {
      const opened = await open(owner, await storedRecord(owner, { state: { nextDueAt: new Date(0) } }));
      if (opened === null) throw new Error('it was not opened');
      await owner.get(ConnectionLeases).release(opened.lease);
      expect(await owner.get(ConnectionLeases).claimDue(10, claim())).toHaveLength(1);
    } finally {
      await owner.close();
      await clean.drop();
    }
  });
});

describe('a claim while an API host is away', () => {
  it('leaves the connections of that host due', async () => {
    const clean = await createTestDatabase();
    const store = await openTestStore(clean.url);
    try {
      const { apiUrl, connectionId } = await storedRecord(store, { state: { nextDueAt: new Date(0) } });
      const leases = store.get(ConnectionLeases);
      expect(await leases.claimDue(10, claim(['https://other.example', apiUrl]))).toEqual([]);
      const [claimed] = await leases.claimDue(10, claim(['https://other.example']));
      expect(claimed?.lease.connectionId).toBe(connectionId);
    } finally {
      await store.close();
      await clean.drop();
    }
  });
});

function claim(exceptApiUrls: readonly string[] = []): ClaimRequest {
  return { leaseSeconds: 30, callSeconds: 30, takeoverSeconds: 60, exceptApiUrls };
}

async function open(
  store: TestStore,
  seen: ConnectionRecord | undefined,
  changes: Partial<AttemptRequest> = {},
) {
  if (seen === undefined) throw new Error('nothing was seen');
  return store.get(ConnectionLeases).openAttempt({
    seen,
    leaseSeconds: 30,
    held: null,
    ownEndedAttempt: null,
    callSeconds: 0,
    takeoverSeconds: 60,
    ...changes,
  });
}

/** Opens an attempt in a replica that then ends. */
async function openByTheGone(): Promise<ConnectionRecord> {
  const gone = await openTestStore(database.url);
  await lockHeld(gone);
  const opened = await open(gone, await storedRecord(gone), { leaseSeconds: 0 });
  await gone.close();
  const record = await one.get(ConnectionReads).find(opened?.record.connectionId ?? '');
  if (record === null) throw new Error('not opened');
  return record;
}

/** The replica takes its lock in the background. */
async function lockHeld(store: TestStore): Promise<void> {
  await eventually(() => store.get(ReplicaSession).heldLock() !== null);
}
