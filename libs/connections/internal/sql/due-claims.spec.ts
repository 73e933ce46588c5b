import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { insertConnections } from '../../testing/many-connections.js';
import { openTestStore, type TestStore } from '../../testing/test-store.js';
import { storedRecord } from '../../testing/stored-connection.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ConnectionLeases } from '../../connection-leases.js';
import { Database, statement } from '#database/sql';

const [one, other, away] = ['https://one.example', 'https://other.example', 'https://away.example'];

let database: TestDatabase;
let store: TestStore;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterEach(() => client.query('UPDATE connection_upkeep SET next_due_at = NULL'));

afterAll(async () => {
  await client.end();
  await store.close();
  await database.drop();
});

/** Due one second after the other, the first of them so many seconds ago. */
async function due(count: number, tenantPrefix: string, apiUrl: string, ago: number): Promise<void> {
  const sizes = { dueSpacingSeconds: 1, sealedBytes: 24 };
  await insertConnections(client, { count, tenantPrefix, apiUrl, firstDueInSeconds: -ago, ...sizes });
}

async function claimed(limit: number, exceptApiUrls: readonly string[]): Promise<readonly string[]> {
  const times = { leaseSeconds: 30, callSeconds: 30, takeoverSeconds: 60 };
  const rows = await store.get(ConnectionLeases).claimDue(limit, { ...times, exceptApiUrls });
  return rows.map(({ record }) => record.tenantId);
}

describe('a claim that passes over an API host', () => {
  it('brings what was due longest of all the others, and nothing of it', async () => {
    await due(3, 'a-away-', away, 100);
    await due(3, 'a-one-', one, 50);
    await due(3, 'a-other-', other, 48);
    expect(new Set(await claimed(4, [away]))).toEqual(
      new Set(['a-one-1', 'a-one-2', 'a-one-3', 'a-other-1']),
    );
    expect(new Set(await claimed(4, [away]))).toEqual(new Set(['a-other-2', 'a-other-3']));
    expect(await claimed(4, [away])).toEqual([]);
    expect(await claimed(4, [one, other])).toHaveLength(3);
  });

  it('leaves the session to wait for the disk as before', async () => {
    await due(2, 'b-one-', one, 50);
    expect(await claimed(4, [])).toHaveLength(2);
    const commits = statement(
      'spec_commits',
      `SELECT current_setting('synchronous_commit') AS waits, pg_sleep(0.1)`,
    );
    // At once, so that every connection of the pool is asked.
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => store.get(Database).rows<{ waits: string }>(commits, [])),
    );
    expect(new Set(asked.flat().map(({ waits }) => waits))).toEqual(new Set(['on']));
  });

  it('knows the host of what was connected just now', async () => {
    const { connectionId, tenantId, apiUrl } = await storedRecord(store);
    await client.query('UPDATE connection_upkeep SET next_due_at = now() WHERE connection_id = $1', [
      connectionId,
    ]);
    expect(await claimed(1, [apiUrl])).toEqual([]);
    expect(await claimed(1, [away])).toEqual([tenantId]);
  });

  it('follows a connection that moved to another host', async () => {
    await due(1, 'b-', away, 10);
    expect(await claimed(1, [away])).toEqual([]);
    await client.query(`UPDATE connection SET api_url = $1 WHERE tenant_id = 'b-1'`, [one]);
    expect(await claimed(1, [one])).toEqual([]);
    expect(await claimed(1, [away])).toEqual(['b-1']);
  });
});
