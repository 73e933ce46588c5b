import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { parseTenantId, type Clock } from '#kernel';
import { ReplicaSession } from '#database';
import { openTestStore, type TestStore } from '#connections/testing';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import { MemoryDatabase } from './memory-database.js';
import { realProtocol } from './protocol.js';
import { ReplicaClock } from './replica-clock.js';
import { lapsed, memorySide, realSide, type Side } from './sides.js';
import { perform, statements, whatIsSeen } from './statements.js';

/** Above the numbers of the first connects, below those of the later ones. */
const drawnFrom = 1_000;

let database: TestDatabase;
let admin: pg.Client;
let stores: readonly TestStore[];

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(`SELECT setval('connect_number_sequence', ${String(drawnFrom)})`);
  stores = await Promise.all([openTestStore(database.url), openTestStore(database.url)]);
});

afterAll(async () => {
  await admin.end();
  await Promise.all(stores.map((store) => store.close()));
  await database.drop();
});

// What the model proves, it proves of the rules in memory: they have to be the database's.
describe('the store in memory', () => {
  it('answers each statement as PostgreSQL does, and leaves the same rows', async () => {
    let tenants = 0;
    const property = fc.asyncProperty(statements, async (list) => {
      tenants += 1;
      const tenantId = parseTenantId(`tenant-${String(tenants)}`);
      const real = realSides();
      const memory = memorySides();
      for (const statement of list) {
        const [expected, answered] = [
          await perform(real, tenantId, statement),
          await perform(memory, tenantId, statement),
        ];
        expect({ statement, answered }).toEqual({ statement, answered: expected });
        expect(await whatIsSeen(memory, tenantId)).toEqual(await whatIsSeen(real, tenantId));
      }
    });
    await fc.assert(property, { seed: 20_261_124, numRuns: 60 });
  });
});

function realSides(): readonly Side[] {
  return stores.map((store) => realSide(store, store.get(ReplicaSession).processId, () => lapsed(admin)));
}

function memorySides(): readonly Side[] {
  const time = { milliseconds: 1_000_000 };
  const memory = new MemoryDatabase(realProtocol, time);
  memory.lastConnectNumber = drawnFrom;
  const clock: Clock = new ReplicaClock(time);
  return ['one', 'other'].map((processId) => memorySide(memory, clock, processId));
}
