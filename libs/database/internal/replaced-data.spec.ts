import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { applyMigrations } from '#database/migrate';
import { openTestStore, storedRecord, type TestStore } from '#connections/testing';
import { onServer, startTestPostgres } from '../../../test/postgres/index.js';
import { ChangeCursor, type Advance } from './change-cursor.js';
import { Database } from './database.js';

let server: Awaited<ReturnType<typeof startTestPostgres>>;
let url: string;
let store: TestStore;

beforeAll(async () => {
  server = await startTestPostgres();
  url = await server.ensureDatabase('broker');
  await applyMigrations({ databaseUrl: url });
});

afterAll(async () => {
  await server.discard();
});

beforeEach(async () => {
  store = await openTestStore(url);
});

afterEach(async () => {
  await store.close();
});

describe('data that were replaced under a running broker', () => {
  it('reports missed changes where another database got the name of this one', async () => {
    const cursor = new ChangeCursor(store.get(Database).probes);
    await advanced(cursor);
    const maintenance = new URL(url);
    maintenance.pathname = '/postgres';
    await onServer(
      maintenance.href,
      'ALTER DATABASE broker ALLOW_CONNECTIONS false',
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'broker'`,
      `SELECT pg_sleep(0.5)`,
      'CREATE DATABASE aside TEMPLATE broker',
      'ALTER DATABASE broker RENAME TO former',
      'ALTER DATABASE aside RENAME TO broker',
      'ALTER DATABASE broker ALLOW_CONNECTIONS true',
    );
    expect(await advanced(cursor)).toMatchObject({ subjects: 'missed', isOtherLife: true });
  });

  it('reports missed changes where a dump replaced the tables', async () => {
    const cursor = new ChangeCursor(store.get(Database).probes);
    await advanced(cursor);
    // As COPY does.
    await onServer(
      url,
      'CREATE TABLE dumped AS SELECT * FROM database_origin',
      'TRUNCATE database_origin',
      'INSERT INTO database_origin SELECT * FROM dumped',
      'DROP TABLE dumped',
    );
    expect(await advanced(cursor)).toMatchObject({ subjects: 'missed', isOtherLife: true });
  });

  it('finds sequences that are behind on another server without a restart of the broker', async () => {
    const { connectionId } = await storedRecord(store);
    await onServer(
      url,
      `UPDATE credential SET connect_number = 4000 WHERE connection_id = '${connectionId}'`,
      `SELECT setval('connect_number_sequence', 7)`,
    );
    await server.kill();
    await server.restart();
    await eventually(async () => {
      const { rows } = await onServer(url, 'SELECT last_value::integer AS last FROM connect_number_sequence');
      return ((rows as { last: number }[])[0]?.last ?? 0) >= 4_000;
    });
  });
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
