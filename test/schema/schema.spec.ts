import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { env } from 'node:process';
import { applyMigrations } from '#database/migrate';
import { createEmptyDatabase, type TestDatabase } from '../postgres/index.js';
import { schemaText } from './schema-text.js';

const committed = new URL('../../migrations/schema.txt', import.meta.url);

let database: TestDatabase;

beforeAll(async () => {
  database = await createEmptyDatabase();
});

afterAll(async () => {
  await database.drop();
});

describe('the migrations', () => {
  it('may be applied by several at once, and again', async () => {
    const databaseUrl = database.url;
    const reports = await Promise.all([1, 2, 3].map(() => applyMigrations({ databaseUrl })));
    expect(reports.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    expect(await applyMigrations({ databaseUrl })).toEqual({ applied: [], advanced: [], queueSchema: null });
  });

  it('make the schema that is committed as text', async () => {
    const text = await schemaText(database.url);
    if (env['UPDATE_SCHEMA'] === 'yes') await writeFile(committed, text);
    expect(text).toBe(await readFile(committed, 'utf8'));
  });
});
