import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera } from '#deskera/testing';
import { ConnectionReads } from '#store';
import { connectTenant, openTestReplica, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { Checker } from './checker.js';

let database: TestDatabase;
let admin: pg.Client;
let replica: TestReplica;
let deskera: FakeDeskera;

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

describe('a check', () => {
  it('gives its lease back where it fails in a way that nobody expected', async () => {
    const { connectionId } = await connectTenant(replica, deskera);
    await admin.query(`UPDATE credential SET sealed_token = 'x' WHERE connection_id = $1`, [connectionId]);
    const reads = replica.get(ConnectionReads);
    const seen = await reads.find(connectionId);
    if (seen === null) throw new Error('the connection is missing');
    await expect(replica.get(Checker).check({ seen, held: null, onDemand: false })).rejects.toThrow();
    expect(await reads.find(connectionId)).toMatchObject({ leased: false });
  });
});
