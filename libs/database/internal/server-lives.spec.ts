import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { parseTenantId } from '#kernel';
import { eventually } from '#kernel/testing';
import { applyMigrations } from '#database/migrate';
import { openTestStore, storedRecord, type TestStore } from '#connections/testing';
import { SelectiveLink } from '../../../test/network/selective-link.js';
import { throughPort } from '../../../test/network/through-port.js';
import {
  commits,
  forgettableCommits,
  nextTransactionId,
  onServer,
  startStandbyBehind,
  startTestPostgres,
} from '../../../test/postgres/index.js';
import { ChangeFeed } from '../change-feed.js';
import { ConnectionListing, ConnectionReads } from '#connections';
import { DatabaseReadiness } from '../database-readiness.js';
import { AccessStorageModule, ServiceKeyStore } from '#access/testing';
import { ChangeCursor, type Advance } from './change-cursor.js';
import { Database } from './database.js';

let server: Awaited<ReturnType<typeof startTestPostgres>>;
let url: string;

beforeAll(async () => {
  // No commit that waits for no disk gets there by itself.
  server = await startTestPostgres({ wal_writer_delay: '10s' });
  url = await server.ensureDatabase('broker');
  await applyMigrations({ databaseUrl: url });
});

afterAll(async () => {
  await server.discard();
});

describe('a cursor', () => {
  let store: TestStore;

  beforeEach(async () => {
    store = await openTestStore(url, { modules: [AccessStorageModule] });
  });

  afterEach(async () => {
    await store.close();
  });

  it('reports missed changes after a crash that lost transaction ids which were given out again since', async () => {
    const cursor = new ChangeCursor(store.get(Database).probes);
    await loseIds(async () => {
      await advanced(cursor);
    });
    await onServer(url, `INSERT INTO change (subject) VALUES ('tenant:lost')`);
    await commits(url, 60);
    expect(await advanced(cursor)).toMatchObject({ subjects: 'missed', isOtherLife: true });
  });

  it('reports missed changes after a crash of one server process, which leaves the start time as it was', async () => {
    const cursor = new ChangeCursor(store.get(Database).probes);
    const before = await advanced(cursor);
    expect((await advanced(cursor)).life).toBe(before.life);
    await crashOneProcess();
    expect(await advanced(cursor)).toMatchObject({ subjects: 'missed', isOtherLife: true });
  });

  it('goes on after a connection was replaced by another one to the same life of the server', async () => {
    const cursor = new ChangeCursor(store.get(Database).probes);
    await advanced(cursor);
    store.get(Database).dropIdleConnections();
    expect(await advanced(cursor)).toMatchObject({ isOtherLife: false });
    await onServer(url, `INSERT INTO change (subject) VALUES ('tenant:kept')`);
    expect((await advanced(cursor)).subjects).toContain('tenant:kept');
  });

  /** Polls until the server answers: its connections broke. */
  async function advanced(cursor: ChangeCursor): Promise<Advance> {
    let last: Advance | null = null;
    await eventually(async () => {
      last = await cursor.advance().catch(() => null);
      return last !== null;
    });
    return last as unknown as Advance;
  }
});

describe('a store whose server is replaced by a promoted standby that is behind', () => {
  it('waits while the standby does not write, and then forgets what was remembered', async () => {
    const standby = await startStandbyBehind(server);
    const link = await SelectiveLink.open(server.port);
    const store = await openTestStore(throughPort(url, link.port), {
      slowdown: 1,
      modules: [AccessStorageModule],
    });
    try {
      const feed = store.get(ChangeFeed);
      let resets = 0;
      let returns = 0;
      feed.subscribe({ changed: () => undefined, reset: () => (resets += 1) });
      await eventually(() => feed.isFresh());
      feed.onDatabaseBack(() => (returns += 1));
      const before = resets;
      await commits(url, 30);
      link.leadTo(standby.port);
      link.breakAll();
      await eventually(() => feed.isCutOff() && store.get(DatabaseReadiness).isReadOnly());
      await refusesEverything(store);
      expect(resets).toBe(before);
      await onServer(standby.url, 'SELECT pg_promote()');
      await eventually(() => feed.isFresh());
      expect(resets).toBe(before + 1);
      expect(returns).toBe(1);
      expect(store.get(DatabaseReadiness).isReadOnly()).toBe(false);
    } finally {
      await store.close();
      await link.close();
      await standby.discard();
    }
  });
});

describe('a store that starts at a hot standby', () => {
  it('is not ready, answers no read, and is ready once the standby was promoted', async () => {
    const standby = await startStandbyBehind(server);
    const store = await openTestStore(standby.databaseUrl('broker'), { modules: [AccessStorageModule] });
    try {
      const readiness = store.get(DatabaseReadiness);
      expect([readiness.isAccepted(), readiness.isReadOnly()]).toEqual([false, true]);
      await refusesEverything(store);
      await expect(applyMigrations({ databaseUrl: standby.databaseUrl('broker') })).rejects.toThrow(
        /^The database is read-only \(a hot standby/,
      );
      await onServer(standby.url, 'SELECT pg_promote()');
      await eventually(() => readiness.isAccepted());
      await eventually(() => store.get(ChangeFeed).isFresh());
      expect(readiness.isReadOnly()).toBe(false);
    } finally {
      await store.close();
      await standby.discard();
    }
  });
});

describe('a store whose server stops writing while connections are open', () => {
  it('counts it as away, keeps what is remembered, and goes on when the server writes again', async () => {
    const store = await openTestStore(url, { modules: [AccessStorageModule] });
    try {
      const { tenantId } = await storedRecord(store);
      const feed = store.get(ChangeFeed);
      let resets = 0;
      feed.subscribe({ changed: () => undefined, reset: () => (resets += 1) });
      await eventually(() => feed.isFresh());
      const before = resets;
      await setReadOnly('on');
      await eventually(() => feed.isCutOff() && !feed.isFresh());
      await refusesEverything(store);
      await setReadOnly('off');
      await eventually(() => feed.isFresh());
      expect(await store.get(ConnectionReads).servable(tenantId, null)).toHaveLength(1);
      expect(resets).toBe(before);
    } finally {
      await store.close();
    }
  });

  it('refuses a read that comes before the poll has noticed', async () => {
    const store = await openTestStore(url, { modules: [AccessStorageModule] });
    try {
      const tenantId = parseTenantId('nobody');
      await setReadOnly('on');
      // As before the poll: the statements themselves tell.
      const refusals = [
        () => store.get(ConnectionReads).servable(tenantId, null),
        () => store.get(ServiceKeyStore).findCredential('no-such-key'),
      ];
      for (const read of refusals) {
        store.get(Database).setReadOnly(false);
        await expect(read()).rejects.toMatchObject({ code: 'broker_unavailable' });
      }
    } finally {
      await setReadOnly('off');
      await store.close();
    }
  });
});

async function refusesEverything(store: TestStore): Promise<void> {
  const tenantId = parseTenantId('acme');
  const calls: (() => Promise<unknown>)[] = [
    () => store.get(ConnectionReads).servable(tenantId, null),
    () => store.get(ConnectionReads).goodToken(tenantId, null),
    () => store.get(ConnectionReads).find('7d5c1d7e-5f3b-4b53-9c52-1ad4a0a6a1f0'),
    () => store.get(ConnectionListing).ofTenant(tenantId),
    () => store.get(ServiceKeyStore).findCredential('no-such-key'),
    () => store.get(ServiceKeyStore).revoke('no-such-key'),
  ];
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'broker_unavailable' });
}

async function setReadOnly(value: 'on' | 'off'): Promise<void> {
  await onServer(
    server.url,
    `ALTER SYSTEM SET default_transaction_read_only = ${value}`,
    'SELECT pg_reload_conf()',
  );
  await eventually(async () => {
    const { rows } = await onServer(server.url, 'SHOW default_transaction_read_only');
    return (rows as { default_transaction_read_only: string }[])[0]?.default_transaction_read_only === value;
  });
}

/** What waits for no disk may get there all the same, with the commit of somebody else. */
async function loseIds(before: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await forgettableCommits(url, 50);
    await before();
    const next = await nextTransactionId(url);
    await server.kill();
    await server.restart();
    if ((await nextTransactionId(url)) < next - 10n) return;
  }
  throw new Error('the server lost no transaction ids');
}

async function crashOneProcess(): Promise<void> {
  const victim = new pg.Client({ connectionString: url });
  const ended = new Promise<void>((resolve) => victim.on('error', () => undefined).on('end', resolve));
  await victim.connect();
  const { rows } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  if (rows[0] === undefined) throw new Error('the server told no process id');
  process.kill(rows[0].pid, 'SIGKILL');
  await ended;
  // The server recovers.
  await eventually(() =>
    nextTransactionId(url).then(
      () => true,
      () => false,
    ),
  );
}
