import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { LocalPostgres } from '../../apps/local/src/postgres/index.js';
import {
  caughtUp,
  promote,
  startRestored,
  startStandbyBehind,
  startTestPostgres,
  startTestStandby,
} from './index.js';

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

describe('a standby that follows nobody', () => {
  it('has what was committed before, and nothing that was committed later', async () => {
    await query(standby, 'CREATE TABLE early AS SELECT 1 AS number');
    const behind = await startStandbyBehind(standby);
    try {
      await query(standby, 'INSERT INTO early VALUES (2)');
      expect(await query(behind, 'SELECT number FROM early')).toEqual([{ number: 1 }]);
      await expect(query(behind, 'INSERT INTO early VALUES (3)')).rejects.toMatchObject({ code: '25006' });
      await promote(behind);
      await query(behind, 'INSERT INTO early VALUES (3)');
    } finally {
      await behind.discard();
    }
  });
});

describe('a restored server', () => {
  it('is a primary on the timeline of its origin, without what was committed later', async () => {
    await query(standby, 'CREATE TABLE saved AS SELECT 1 AS number');
    const restored = await startRestored(standby);
    try {
      await query(standby, 'INSERT INTO saved VALUES (2)');
      await query(restored, 'INSERT INTO saved VALUES (3)');
      expect(await query(restored, 'SELECT number FROM saved ORDER BY number')).toEqual([
        { number: 1 },
        { number: 3 },
      ]);
      const timeline =
        'SELECT timeline_id, (SELECT system_identifier FROM pg_control_system()) FROM pg_control_checkpoint()';
      expect(await query(restored, timeline)).toEqual(await query(standby, timeline));
    } finally {
      await restored.discard();
    }
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
