import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Clock } from '#kernel';
import { connectedState, openTestStore, storedRecord, type TestStore } from '#connections/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import {
  ConnectionAdoptions,
  ConnectionLeases,
  type OpenedAttempt,
  ConnectionReads,
  type ConnectionRecord,
  ConnectionSaves,
} from '#connections';
import type { SpooledGrant, SpoolHandler } from '../grant-spool.js';
import { connectGrant, refreshGrant } from '../testing/sample-grants.js';
import { SpoolBench } from '../testing/spool-bench.js';

let database: TestDatabase;
let store: TestStore;
let bench: SpoolBench;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url);
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

beforeEach(async () => {
  bench = await SpoolBench.make();
});

afterEach(() => bench.remove());

/** Saves as the owner of the spool does, by the save rule of each kind; what came of it is kept. */
function saving(outcomes: unknown[], record?: ConnectionRecord): SpoolHandler {
  return async (grant) => {
    outcomes.push(await save(grant, record));
  };
}

async function save(grant: SpooledGrant, record: ConnectionRecord | undefined): Promise<unknown> {
  if (grant.kind === 'connect') {
    const { kind } = await store.get(ConnectionAdoptions).adopt({
      ...grant,
      decide: (existing) =>
        existing?.connectNumber === grant.connectNumber
          ? { kind: 'repeated' }
          : {
              kind: 'save',
              keepGrant: false,
              next: connectedState(),
              event: { kind: 'connected', detail: {} },
            },
    });
    return kind;
  }
  if (record === undefined) throw new Error('a refresh that no test has made');
  return store.get(ConnectionSaves).saveRefresh({ ...grant, seen: { ...record, ...grant.seen } });
}

async function opened(): Promise<OpenedAttempt> {
  const attempt = await store.get(ConnectionLeases).openAttempt({
    seen: await storedRecord(store),
    leaseSeconds: 20,
    held: null,
    ownEndedAttempt: null,
    callSeconds: 0,
    takeoverSeconds: 60,
  });
  if (attempt === null) throw new Error('the attempt was not opened');
  return attempt;
}

/** The token that is served, and the record it stands in. */
async function served(
  connectionId: string,
): Promise<{ token: string | undefined; record: ConnectionRecord }> {
  const record = await store.get(ConnectionReads).find(connectionId);
  if (record === null) throw new Error('the connection is missing');
  return { record, token: (await store.get(ConnectionReads).token(record))?.reveal() };
}

describe('a refreshed grant that waited in the spool', () => {
  it('is saved by another process, ends its attempt and lease, and expires when it would have', async () => {
    const clock = store.get(Clock);
    const { record, lease } = await opened();
    const grant = refreshGrant(clock, { seen: record, lease });
    await bench.open(undefined, clock).put({
      ...grant,
      grant: {
        ...grant.grant,
        arrivedAt: grant.grant.arrivedAt - 600_000,
        sentAt: grant.grant.sentAt - 600_000,
      },
    });
    const outcomes: unknown[] = [];
    await bench.open(undefined, clock).replay(saving(outcomes, record));
    expect(outcomes).toEqual(['saved']);
    const after = await served(record.connectionId);
    expect(after.token).toBe(grant.grant.token.reveal());
    expect(after.record).toMatchObject({ grantAttempt: record.attempt, attemptOpen: false, leased: false });
    const lifeLeft = (after.record.expiresAt?.getTime() ?? 0) - after.record.readAt.getTime();
    expect(Math.round(lifeLeft / 10_000)).toBe(300);
  });

  it('is harmless twice, also at once', async () => {
    const clock = store.get(Clock);
    const { record, lease } = await opened();
    const grant = refreshGrant(clock, { seen: record, lease });
    await bench.open(undefined, clock).put(grant);
    await bench.open(undefined, clock).put(grant);
    const outcomes: unknown[] = [];
    await Promise.all([1, 2].map(() => bench.open(undefined, clock).replay(saving(outcomes, record))));
    expect(outcomes.filter((outcome) => outcome === 'saved')).toHaveLength(1);
    expect((await served(record.connectionId)).token).toBe(grant.grant.token.reveal());
    expect(await bench.files()).toEqual([]);
  });

  it('never replaces a newer one', async () => {
    const clock = store.get(Clock);
    const { record, lease } = await opened();
    await bench.open(undefined, clock).put(refreshGrant(clock, { seen: record, lease }));
    const newest = refreshGrant(clock, { seen: { ...record, attempt: record.attempt + 1 }, lease });
    await save(newest, record);
    const outcomes: unknown[] = [];
    await bench.open(undefined, clock).replay(saving(outcomes, record));
    expect(outcomes).toEqual(['moved']);
    expect((await served(record.connectionId)).token).toBe(newest.grant.token.reveal());
  });
});

describe('the grant of a connect that waited in the spool', () => {
  it('makes the connection when it is replayed, once', async () => {
    const clock = store.get(Clock);
    const grant = connectGrant(clock, { orgId: 'spooled-org' });
    await bench.open(undefined, clock).put(grant);
    await bench.open(undefined, clock).put(grant);
    const outcomes: unknown[] = [];
    await bench.open(undefined, clock).replay(saving(outcomes));
    expect(outcomes).toEqual(['saved', 'saved']);
    const connected = await store.get(ConnectionReads).servable(grant.tenantId, grant.orgId);
    expect(connected).toHaveLength(1);
    const connectionId = connected[0]?.record.connectionId ?? '';
    expect((await served(connectionId)).token).toBe(grant.grant.token.reveal());
  });
});
