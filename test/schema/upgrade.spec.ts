import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { applyMigrations } from '#database/migrate';
import { openTestStore } from '#connections/testing';
import { ConnectionLeases, ConnectionReads } from '#connections';
import { DatabaseReadiness } from '#database';
import { DataSource } from 'typeorm';
import { InitialSchema1764000000000 } from '../../migrations/1764000000000-initial-schema.js';
import { migrations } from '../../migrations/index.js';
import { createEmptyDatabase, type TestDatabase } from '../postgres/index.js';

const connectionId = randomUUID();

const claimElsewhere = {
  leaseSeconds: 30,
  callSeconds: 30,
  takeoverSeconds: 60,
  exceptApiUrls: ['https://away.example'],
};

let database: TestDatabase;

beforeAll(async () => {
  database = await createEmptyDatabase();
  const first = new DataSource({
    type: 'postgres',
    url: database.url,
    migrations: [InitialSchema1764000000000],
    installExtensions: false,
  });
  await first.initialize();
  await first.runMigrations();
  await first.query(
    `INSERT INTO connection (connection_id, tenant_id, api_version, api_url, status)
     VALUES ($1, 'acme', 'v1', 'https://bifrost.example', 'disconnected')`,
    [connectionId],
  );
  await first.query('INSERT INTO credential (connection_id, connect_number) VALUES ($1, 7)', [connectionId]);
  await first.query('INSERT INTO connection_upkeep (connection_id, next_due_at) VALUES ($1, now())', [
    connectionId,
  ]);
  await first.destroy();
});

afterAll(() => database.drop());

describe('a database of the first schema', () => {
  it('keeps its rows through the later migrations, and is accepted then', async () => {
    const { applied } = await applyMigrations({ databaseUrl: database.url });
    expect(applied).toEqual(migrations.slice(1).map(({ name }) => name));
    const store = await openTestStore(database.url);
    try {
      expect(store.get(DatabaseReadiness).isAccepted()).toBe(true);
      expect(await store.get(ConnectionReads).find(connectionId)).toMatchObject({
        tenantId: 'acme',
        connectNumber: 7,
        stateVersion: 0,
      });
      const due = await store.get(ConnectionLeases).claimDue(1, claimElsewhere);
      expect(due.map(({ record }) => record.connectionId)).toEqual([connectionId]);
    } finally {
      await store.close();
    }
  });
});
