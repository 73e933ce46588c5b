import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { applyMigrations } from '#database/migrate';
import { openTestStore, storedRecord, type TestStore } from '#connections/testing';
import { SelectiveLink } from '../../../test/network/selective-link.js';
import { throughPort } from '../../../test/network/through-port.js';
import {
  commits,
  onServer,
  startRestored,
  startStandbyBehind,
  startTestPostgres,
} from '../../../test/postgres/index.js';
import { ChangeFeed } from '../change-feed.js';
import { ConnectionReads, type ConnectionRecord } from '#connections';

let server: Awaited<ReturnType<typeof startTestPostgres>>;
let url: string;

beforeAll(async () => {
  server = await startTestPostgres();
  url = await server.ensureDatabase('broker');
  await applyMigrations({ databaseUrl: url });
});

afterAll(async () => {
  await server.discard();
});

describe('a stored grant', () => {
  it('is not older than its server after a restart, a crash, VACUUM FULL or a frozen table', async () => {
    const { record, isOlder } = await storedOn(url);
    expect(await isOlder(url)).toBe(false);
    await server.kill();
    await server.restart();
    await onServer(url, 'VACUUM FULL database_origin', 'VACUUM FREEZE database_origin');
    expect(await isOlder(url)).toBe(false);
    expect(record.grantAttempt).toBe(0);
  });

  it('is older than its server once a dump brought the data back, and one stored since is not', async () => {
    const { isOlder } = await storedOn(url);
    // As COPY does.
    await onServer(
      url,
      'CREATE TABLE dumped AS SELECT * FROM database_origin',
      'TRUNCATE database_origin',
      'INSERT INTO database_origin SELECT * FROM dumped',
      'DROP TABLE dumped',
    );
    expect(await isOlder(url)).toBe(true);
    const later = await storedOn(url);
    expect(await later.isOlder(url)).toBe(false);
    expect(await isOlder(url)).toBe(true);
  });

  it('is older than a server on a later timeline: a promoted standby, or a point-in-time recovery', async () => {
    const { isOlder } = await storedOn(url);
    const standby = await startStandbyBehind(server);
    try {
      await onServer(standby.url, 'SELECT pg_promote()');
      expect(await isOlder(standby.databaseUrl('broker'))).toBe(true);
    } finally {
      await standby.discard();
    }
  });

  it('is older than a server that runs an older copy of the same files, where a replica has seen what is missing', async () => {
    const { isOlder, record } = await storedOn(url);
    const copy = await startRestored(server);
    const link = await SelectiveLink.open(server.port);
    const store = await openTestStore(throughPort(url, link.port), { slowdown: 1 });
    try {
      const feed = store.get(ChangeFeed);
      // More than a part of a record.
      await onServer(url, `CREATE TABLE lost AS SELECT repeat('x', 100) FROM generate_series(1, 5000)`);
      await commits(url, 5);
      await eventually(() => feed.isFresh());
      await seenOnce(feed);
      link.leadTo(copy.port);
      link.breakAll();
      await eventually(async () => feed.isFresh() && (await older(store, record)));
      expect(await isOlder(copy.databaseUrl('broker'))).toBe(true);
    } finally {
      await store.close();
      await link.close();
      await copy.discard();
    }
  });
});

async function storedOn(databaseUrl: string) {
  const record = await withStore(databaseUrl, (store) => storedRecord(store));
  const isOlder = (at: string): Promise<boolean> => withStore(at, (store) => older(store, record));
  return { record, isOlder };
}

async function older(store: TestStore, record: ConnectionRecord): Promise<boolean> {
  return store
    .get(ConnectionReads)
    .isOlderThanServer(record)
    .catch(() => false);
}

/** One more poll: what was on the disk before this call has been seen. */
async function seenOnce(feed: ChangeFeed): Promise<void> {
  const from = performance.now();
  await eventually(() => performance.now() - feed.secondsSinceDatabaseSeen() * 1_000 > from + 50);
}

async function withStore<Result>(
  databaseUrl: string,
  use: (store: TestStore) => Promise<Result>,
): Promise<Result> {
  const store = await openTestStore(databaseUrl);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
