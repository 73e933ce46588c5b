import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { LocalPostgres } from '../../apps/local/src/postgres/index.js';
import { caughtUp, promote, startTestPostgres, startTestStandby } from './index.js';

let primary: LocalPostgres;
let standby: LocalPostgres;

beforeAll(async () => {
  primary = await startTestPostgres();
  await query(primary, 'CREATE TABLE kept AS SELECT 1 AS number');
  standby = await startTestStandby({ primary });
});

afterAll(async () => {
  await standby.discard();
  await primary.discard();
});

describe('a standby', () => {
  it('follows its primary, refuses writes, and is a primary once promoted', async () => {
    await query(primary, 'INSERT INTO kept VALUES (2)');
    await caughtUp(primary, standby);
    expect(await query(standby, 'SELECT number FROM kept ORDER BY number')).toEqual([
      { number: 1 },
      { number: 2 },
    ]);
    await expect(query(standby, 'INSERT INTO kept VALUES (3)')).rejects.toMatchObject({ code: '25006' });
    await primary.kill();
    await promote(standby);
    await query(standby, 'INSERT INTO kept VALUES (3)');
    expect(await query(standby, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 3 }]);
  });
});

async function query({ url }: LocalPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
