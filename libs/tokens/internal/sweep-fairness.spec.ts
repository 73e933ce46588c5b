import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera } from '#deskera/testing';
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
  it('of twenty others does not wait for one whose call does not end', async () => {
    await open(8);
    const stuck = await connected();
    const others: string[] = [];
    for (let other = 0; other < 20; other += 1) others.push(await connected());
    await dueSince(60, stuck);
    for (const other of others) await dueSince(1, other);
    const held = deskera.holdNext('validate');
    const round = replica.get(Upkeep).sweep();
    await held.arrived;
    try {
      await eventually(async () => (await stillDue(others)) === 0);
      expect(await stillDue([stuck])).toBe(1);
    } finally {
      held.release();
      await round;
    }
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

async function stillDue(connectionIds: readonly string[]): Promise<number> {
  const { rowCount } = await admin.query(
    'SELECT FROM connection_upkeep WHERE next_due_at <= now() AND connection_id = ANY ($1)',
    [connectionIds],
  );
  return rowCount ?? 0;
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
