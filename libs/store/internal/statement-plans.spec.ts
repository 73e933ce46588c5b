import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { parseTenantId } from '#kernel';
import { openTestStore, type TestStore } from '#store/testing';
import { storeRows, tenantOf } from '../../../bench/stage/stored-tokens.js';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { ConnectionLeases } from '../connection-leases.js';
import { ConnectionListing } from '../connection-listing.js';
import { ConnectionReads } from '../connection-reads.js';
import { Database } from './database.js';
import type { Statement } from './statement.js';

/** Enough that reading a whole table is never the cheaper plan. */
const connections = 5_000;

const large = ['connection', 'connection_upkeep', 'credential'];

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

let database: TestDatabase;
let admin: pg.Client;
let store: TestStore;
/** What the store has sent. */
const sent: { statement: Statement; values: readonly unknown[] }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await storeRows(admin, connections);
  store = await openTestStore(database.url);
  recordStatements(store.get(Database));
});

afterAll(async () => {
  await store.close();
  await admin.end();
  await database.drop();
});

describe('by their plans', () => {
  it('a cold read finds its rows by their keys, also where it is planned for any values', async () => {
    await store.get(ConnectionReads).servable(parseTenantId(tenantOf(7)), null);
    const indexes = ['connection_of_tenant', 'connection_upkeep_pkey', 'credential_pkey'];
    for (const plan of [await planOfLast(), await genericPlanOfLast()]) expectIndexesOnly(plan, indexes);
  });

  it.each([null, '11242'])('and so does one of a good token alone, org %s', async (orgId) => {
    await store.get(ConnectionReads).goodToken(parseTenantId(tenantOf(7)), orgId);
    const indexes = ['connection_of_tenant', 'credential_pkey'];
    for (const plan of [await planOfLast(), await genericPlanOfLast()]) expectIndexesOnly(plan, indexes);
  });

  it('a sweep claims what is due by the index of due times, and looks at nothing else', async () => {
    const request = { leaseSeconds: 30, callSeconds: 30, takeoverSeconds: 60, exceptApiUrls: [] };
    await store.get(ConnectionLeases).claimDue(16, request);
    const indexes = ['connection_upkeep_due', 'connection_pkey', 'credential_pkey'];
    for (const plan of [await planOfLast(), await genericPlanOfLast()]) expectIndexesOnly(plan, indexes);
  });

  it.each([
    [null, 'connection_listing'],
    ['reconnect_required' as const, 'connection_listing_by_status'],
  ])('a page of the list, of status %s, is read in the order of %s', async (status, index) => {
    const after = {
      createdAt: '2020-01-01T00:00:00Z',
      connectionId: '00000000-0000-4000-8000-000000000000',
    };
    await store.get(ConnectionListing).list({ status, text: null, limit: 50, after });
    const plan = await planOfLast();
    expectIndexesOnly(plan, [index, 'connection_upkeep_pkey', 'credential_pkey']);
    expect(nodesOf(plan).map((node) => node['Node Type'])).not.toContain('Sort');
  });
});

function recordStatements(watched: Database): void {
  const rows = watched.rows.bind(watched);
  watched.rows = (statement, values, limit) => {
    sent.push({ statement, values });
    return rows(statement, values, limit);
  };
}

function last(): (typeof sent)[number] {
  // The store's own polls go on beside it.
  const ours = sent.filter(({ statement }) => !statement.name.startsWith('change_')).at(-1);
  if (ours === undefined) throw new Error('nothing was sent');
  return ours;
}

async function planOfLast(): Promise<PlanNode> {
  const { statement, values } = last();
  return explained(`EXPLAIN (FORMAT JSON) ${statement.text}`, values);
}

async function genericPlanOfLast(): Promise<PlanNode> {
  return explained(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${last().statement.text}`);
}

async function explained(text: string, values?: readonly unknown[]): Promise<PlanNode> {
  const query = values === undefined ? { text } : { text, values: [...values] };
  const { rows } = await admin.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(query);
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) throw new Error('EXPLAIN told no plan');
  return plan;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function expectIndexesOnly(plan: PlanNode, indexes: readonly string[]): void {
  const nodes = nodesOf(plan);
  const readWhole = nodes
    .filter((node) => node['Node Type'] === 'Seq Scan')
    .map((node) => node['Relation Name']);
  expect(readWhole.filter((relation) => large.includes(relation ?? ''))).toEqual([]);
  expect(nodes.map((node) => node['Index Name'])).toEqual(expect.arrayContaining([...indexes]));
}
