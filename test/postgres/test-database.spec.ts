import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from './index.js';

describe('a test database', () => {
  it('has the schema, and shares no row with another', async () => {
    const databases = await Promise.all(Array.from({ length: 8 }, () => createTestDatabase()));
    try {
      expect(new Set(databases.map(({ url }) => url)).size).toBe(8);
      const [first, second] = databases as [TestDatabase, TestDatabase];
      await rows(first.url, 'CREATE TABLE mine ()');
      expect(await relations(second.url)).not.toContain('mine');
      expect(await relations(second.url)).toContain('connection');
    } finally {
      await Promise.all(databases.map((database) => database.drop()));
    }
  });

  it('can be had without the schema', async () => {
    const database = await createEmptyDatabase();
    expect(await relations(database.url)).toEqual([]);
    await database.drop();
  });

  it('is gone once dropped, in spite of open connections', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    const broken = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await database.drop();
    await broken;
    await expect(rows(database.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
    await database.drop();
  });
});

async function relations(url: string): Promise<unknown[]> {
  const tables = await rows(url, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`);
  return tables.map(({ relname }) => relname);
}

async function rows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(sql);
    return result.rows;
  } finally {
    await client.end();
  }
}
