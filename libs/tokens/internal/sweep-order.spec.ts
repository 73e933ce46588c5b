import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera } from '#deskera/testing';
import { ConnectionReads } from '#store';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { Upkeep } from '../upkeep.js';

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let replica: TestReplica;

beforeEach(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  deskera = new FakeDeskera({ now: () => new Date() });
});

afterEach(async () => {
  await replica.close();
  await admin.end();
  await database.drop();
});

describe('the upkeep', () => {
  it('takes what has been due longest first', async () => {
    await open(2);
    const waits = [300, 5, 900, 60, 1];
    const waitOf = new Map<string, number>();
    for (const secondsAgo of waits) {
      const connectionId = await connected();
      await dueSince(secondsAgo, connectionId);
      const fingerprint = (await replica.get(ConnectionReads).find(connectionId))?.fingerprint;
      waitOf.set(fingerprint ?? '', secondsAgo);
    }
    deskera.calls.length = 0;
    await replica.get(Upkeep).sweep();
    expect(deskera.calls.map(({ sent }) => waitOf.get(sent.fingerprint()))).toEqual([900, 300, 60, 5, 1]);
  });
});

async function open(maxConcurrency: number): Promise<void> {
  replica = await openTestReplica({
    databaseUrl: database.url,
    deskera,
    maxConcurrency,
    tokens: { timeoutSeconds: 2 },
  });
}

async function connected(): Promise<string> {
  const org = { id: randomTenant(), name: 'Some Org', email: 'person@example.com' };
  return (await connectTenant(replica, deskera, { tenantId: randomTenant(), org })).connectionId;
}

async function dueSince(secondsAgo: number, connectionId: string): Promise<void> {
  await admin.query(
    'UPDATE connection_upkeep SET next_due_at = now() - make_interval(secs => $1) WHERE connection_id = $2',
    [secondsAgo, connectionId],
  );
}
