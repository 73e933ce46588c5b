import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { hasWatchedTheClock } from '../testing/watched-clock.js';
import { openTestStore, storedRecord, type TestStore } from '#connections/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { ConnectionLeases, ConnectionListing, ConnectionReads, type ConnectionRecord } from '#connections';
import { ReplicaSession } from '../replica-session.js';
import { ObservedDatabaseTime } from './observed-database-time.js';

const times = { leaseSeconds: 30, callSeconds: 30, takeoverSeconds: 60 };

let database: TestDatabase;
let admin: pg.Client;
let one: TestStore;
let other: TestStore;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  [one, other] = await Promise.all([openTestStore(database.url), openTestStore(database.url)]);
  for (const store of [one, other]) await eventually(() => store.get(ReplicaSession).heldLock() !== null);
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  await admin.end();
  await Promise.all([one.close(), other.close()]);
  await database.drop();
});

function open(store: TestStore, seen: ConnectionRecord) {
  const request = { seen, held: null, ownEndedAttempt: null, ...times };
  return store.get(ConnectionLeases).openAttempt(request);
}

/** What a replica expects of the clock that watched it for long, and sees a step of a hundred seconds forward next. */
function expectsAnEarlierClock(store: TestStore): void {
  const behind = { latest: new Date(Date.now() - 95_000), steadySince: new Date(Date.now() - 900_000) };
  jest.spyOn(store.get(ObservedDatabaseTime), 'evidence').mockReturnValue(behind);
}

describe('a step of the clock of the database', () => {
  /** The clock is set forward: what was stored before looks as if it had ended long ago. */
  async function setForward(connectionId: string): Promise<void> {
    await admin.query(
      `UPDATE connection_upkeep SET next_due_at = now(), lease_until = lease_until - interval '100 seconds',
              attempt_until = attempt_until - interval '100 seconds' WHERE connection_id = $1`,
      [connectionId],
    );
  }

  it('passes for no time to a replica that has not watched the clock for as long', async () => {
    const opened = await open(one, await storedRecord(one));
    if (opened === null) throw new Error('not opened');
    await setForward(opened.record.connectionId);
    expect(await open(other, opened.record)).toBeNull();
    const claimed = await other.get(ConnectionLeases).claimDue(50, { ...times, exceptApiUrls: [] });
    expect(claimed.map(({ lease }) => lease.connectionId)).not.toContain(opened.record.connectionId);
  });

  it('does not end a lease for a replica that has watched the clock', async () => {
    const { connectionId } = await storedRecord(one);
    await one.get(ConnectionLeases).forCheck(connectionId, 30, false);
    expectsAnEarlierClock(other);
    await admin.query(
      `UPDATE connection_upkeep SET lease_until = lease_until - interval '100 seconds' WHERE connection_id = $1`,
      [connectionId],
    );
    expect(await other.get(ConnectionLeases).forCheck(connectionId, 30, false)).toBe('leased');
    jest.restoreAllMocks();
    expect(await other.get(ConnectionLeases).forCheck(connectionId, 30, false)).not.toBe('leased');
  });

  it('back keeps no lease for longer than a lease can be, once the clock has been steady since', async () => {
    const { connectionId } = await storedRecord(one);
    await one.get(ConnectionLeases).forCheck(connectionId, 30, false);
    await admin.query(
      `UPDATE connection_upkeep SET lease_until = lease_until + interval '2 hours' WHERE connection_id = $1`,
      [connectionId],
    );
    expect(await other.get(ConnectionLeases).forCheck(connectionId, 30, false)).toBe('leased');
    const watching = await openTestStore(database.url);
    hasWatchedTheClock(watching.get(ObservedDatabaseTime));
    expect(await watching.get(ConnectionLeases).forCheck(connectionId, 30, false)).not.toBe('leased');
    await watching.close();
  });

  it('takes away no change that another replica has not read yet, and no claim that is held', async () => {
    // Written a moment ago by the clock as it was.
    await admin.query(
      `INSERT INTO change (subject, at) VALUES ('tenant:stepped', now() - interval '3700 seconds')`,
    );
    const forward = { latest: new Date(Date.now() - 3_590_000), steadySince: new Date(Date.now() - 9e6) };
    jest.spyOn(one.get(ObservedDatabaseTime), 'evidence').mockReturnValue(forward);
    await one.get(ConnectionListing).prune();
    const kept = `SELECT count(*)::integer AS count FROM change WHERE subject = 'tenant:stepped'`;
    expect((await admin.query<{ count: number }>(kept)).rows).toEqual([{ count: 1 }]);
    jest.restoreAllMocks();
    await one.get(ConnectionListing).prune();
    expect((await admin.query<{ count: number }>(kept)).rows).toEqual([{ count: 0 }]);
  });

  it('back uses up no checks on demand', async () => {
    const { connectionId } = await storedRecord(one);
    await admin.query(
      `UPDATE connection_upkeep SET demanded_checks = array_fill(now() + interval '1 hour', ARRAY[10])
        WHERE connection_id = $1`,
      [connectionId],
    );
    expect(typeof (await one.get(ConnectionLeases).forCheck(connectionId, 30, true))).not.toBe('string');
  });

  it('back puts off no upkeep: what the old clock put off is due by the new one', async () => {
    const { connectionId } = await storedRecord(one, {
      state: { nextDueAt: new Date(Date.now() + 7_500_000) },
    });
    await one.get(ConnectionLeases).hastenAfterStepBack(100_000);
    const time = one.get(ObservedDatabaseTime);
    jest.spyOn(time, 'secondsBack', 'get').mockReturnValue(7_200);
    await one.get(ConnectionLeases).hastenAfterStepBack(100_000);
    const record = await one.get(ConnectionReads).find(connectionId);
    expect(record?.nextDueAt?.getTime()).toBeLessThan(Date.now() + 600_000);
  });

  it('back puts off no webhook', async () => {
    const { connectionId } = await storedRecord(one);
    await admin.query(
      `WITH e AS (INSERT INTO webhook_endpoint (endpoint_id, url, events)
         VALUES (gen_random_uuid(), 'https://a.example', '{}') RETURNING endpoint_id)
       INSERT INTO webhook_delivery (delivery_id, endpoint_id, event_id, connection_id, number, next_attempt_at)
       SELECT gen_random_uuid(), e.endpoint_id, w.event_id, w.connection_id, w.number, now() + interval '7260 seconds'
         FROM e, webhook_event w WHERE w.connection_id = $1`,
      [connectionId],
    );
    jest.spyOn(one.get(ObservedDatabaseTime), 'secondsBack', 'get').mockReturnValue(7_200);
    await one.get(ConnectionLeases).hastenAfterStepBack(100_000);
    const { rows } = await admin.query<{ late: boolean }>(
      `SELECT DISTINCT next_attempt_at > now() + interval '60 seconds' AS late FROM webhook_delivery`,
    );
    expect(rows).toEqual([{ late: false }]);
  });

  it('that nobody saw puts off nothing that was verified at a time to come', async () => {
    const { connectionId } = await storedRecord(one, {
      state: { nextDueAt: new Date(Date.now() + 7_000_000) },
    });
    await admin.query(
      `UPDATE credential SET verified_at = now() + interval '7000 seconds' WHERE connection_id = $1`,
      [connectionId],
    );
    const started = await openTestStore(database.url);
    await started.get(ConnectionLeases).hastenAfterStepBack(7_200);
    const record = await one.get(ConnectionReads).find(connectionId);
    expect(record?.nextDueAt?.getTime()).toBeLessThanOrEqual(record?.readAt.getTime() ?? 0);
    await started.close();
  });

  it('back puts off nothing that was computed before it and saved after it', async () => {
    await one.get(ConnectionLeases).hastenAfterStepBack(100_000);
    const time = one.get(ObservedDatabaseTime);
    jest.spyOn(time, 'hasJustSteppedBack', 'get').mockReturnValue(true);
    const { connectionId } = await storedRecord(one, {
      state: { nextDueAt: new Date(Date.now() + 7_500_000) },
    });
    await one.get(ConnectionLeases).hastenAfterStepBack(7_200);
    const record = await one.get(ConnectionReads).find(connectionId);
    expect(record?.nextDueAt?.getTime()).toBeLessThanOrEqual(record?.readAt.getTime() ?? 0);
  });

  it('that nobody saw leaves nothing put off for longer than upkeep ever is', async () => {
    const { connectionId } = await storedRecord(one, { state: { nextDueAt: new Date(Date.now() + 9e8) } });
    const started = await openTestStore(database.url);
    await started.get(ConnectionLeases).hastenAfterStepBack(7_200);
    const record = await one.get(ConnectionReads).find(connectionId);
    expect(record?.nextDueAt?.getTime()).toBeLessThanOrEqual(record?.readAt.getTime() ?? 0);
    await started.close();
  });
});
