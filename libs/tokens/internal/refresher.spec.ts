import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera } from '#deskera/testing';
import { eventually, RecordedLogs } from '#kernel/testing';
import { ConnectionReads, type ConnectionRecord } from '#store';
import { connectTenant, openTestReplica, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { Refresher } from './refresher.js';

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let replica: TestReplica;
let connectionId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

beforeEach(async () => {
  deskera = new FakeDeskera({ now: () => new Date() });
  replica = await openTestReplica({ databaseUrl: database.url, deskera });
});

afterEach(() => replica.close());

async function seen(): Promise<ConnectionRecord> {
  const record = await replica.get(ConnectionReads).find(connectionId);
  if (record === null) throw new Error('the connection is missing');
  return record;
}

async function refresh() {
  return replica.get(Refresher).refresh({ seen: await seen(), wantedTtlSeconds: null, held: null });
}

describe('a refresh', () => {
  it('is not sent a second time by the same process, even where its lease has lapsed', async () => {
    ({ connectionId } = await connectTenant(replica, deskera));
    const { promise, resolve } = Promise.withResolvers<undefined>();
    deskera.answerNext('refresh', async () => {
      await promise;
      return { kind: 'granted', definite: true, grant: deskera.issueGrant() };
    });
    const first = refresh();
    await eventually(() => deskera.callsOf('refresh').length === 1);
    await admin.query(
      `UPDATE connection_upkeep SET lease_until = now() - interval '1 second' WHERE connection_id = $1`,
      [connectionId],
    );
    expect(await refresh()).toEqual({ kind: 'lost' });
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    resolve(undefined);
    await first;
  });

  it('writes neither of the refresh tokens to the log, nor the tokens', async () => {
    const grant = deskera.issueGrant({ id: '70001', name: 'Some Org', email: 'person@example.com' });
    ({ connectionId } = await connectTenant(replica, deskera, { grant }));
    const brought = deskera.issueGrant({ id: '70001', name: 'Some Org', email: 'person@example.com' });
    deskera.answerNext('refresh', { kind: 'granted', definite: true, grant: brought });
    const logs = RecordedLogs.start();
    expect(await refresh()).toEqual({ kind: 'done' });
    logs.stop();
    const said = JSON.stringify(logs.lines);
    for (const secret of [grant.refreshToken, grant.token, brought.refreshToken, brought.token])
      expect(said).not.toContain(secret.reveal());
  });
});
