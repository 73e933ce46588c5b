import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { idleMilliseconds } from '#kernel/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { openTestStore, type TestStore } from '#connections/testing';
import { Database } from './database.js';
import { statement } from './statement.js';

let database: TestDatabase;
let store: TestStore;

beforeEach(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url, { slowdown: 1 });
});

afterEach(async () => {
  await store.close();
  await database.drop();
});

const one = statement('test_one', 'SELECT 1 AS one');

/** What the store's statements go through. */
function poolOf(opened: TestStore): pg.Pool {
  const dataSource = opened.get<DataSource>(getDataSourceToken() as never);
  return (dataSource.driver as unknown as { readonly master: pg.Pool }).master;
}

describe('a transaction', () => {
  it('whose statement brings no answer in its time waits for no ROLLBACK too', async () => {
    const hangs = statement('test_hangs', 'SELECT pg_sleep(600)');
    const took = await idleMilliseconds(async () => {
      const transaction = store.get(Database).transaction((queryable) => queryable.rows(hangs, []));
      await expect(transaction).rejects.toMatchObject({ code: 'broker_unavailable' });
    });
    expect(took).toBeLessThan(8_000);
    expect(await store.get(Database).rows(one, [])).toEqual([{ one: 1 }]);
  });
});

describe('a connection', () => {
  it('whose session ends just when it is handed out ends no process, and the next one is good', async () => {
    await store.get(Database).rows(one, []);
    const client = await poolOf(store).connect();
    // The server's goodbye may come in the bytes that end a statement: before its new holder could listen.
    expect(() => client.emit('error', new Error('terminating connection'))).not.toThrow();
    client.release(true);
    expect(await store.get(Database).rows(one, [])).toEqual([{ one: 1 }]);
  });
});
