import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { insertConnections } from '../../testing/many-connections.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { list, listByStatus, ofTenant } from './connection-listing-sql.js';
import { servable } from './connection-reads-sql.js';
import { claimDue, claimDueElsewhere } from './due-claims.js';
import { goodTokens } from './good-token.js';
import type { Statement } from '#database/sql';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const many = { firstDueInSeconds: -6_000, dueSpacingSeconds: 1, sealedBytes: 24 };
  await insertConnections(client, {
    ...many,
    count: 12_000,
    tenantPrefix: 'a-',
    apiUrl: 'https://one.example',
  });
  await insertConnections(client, {
    ...many,
    count: 12_000,
    tenantPrefix: 'b-',
    apiUrl: 'https://away.example',
  });
  await client.query(
    `UPDATE connection SET status = 'reconnect_required', reason = 'grant_revoked' WHERE tenant_id LIKE '%7'`,
  );
  await client.query('VACUUM ANALYZE connection');
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

type Value = string | number | null | readonly (string | null)[];

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** `pg` prepares a statement by its name: PostgreSQL makes a plan for its values, or one for any. */
const modes = ['force_custom_plan', 'force_generic_plan'];

async function planOf(
  { text }: Statement,
  values: readonly Value[],
  mode: string,
): Promise<readonly PlanNode[]> {
  const name = `plan_${randomUUID().replaceAll('-', '')}`;
  await client.query(`SET plan_cache_mode = ${mode}`);
  await client.query(`PREPARE ${name} AS ${text}`);
  const literals = values.map((value) => literalOf(value)).join(', ');
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (FORMAT JSON) EXECUTE ${name}(${literals})`,
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan === undefined) throw new Error('there is no plan');
  return withinPlan(plan);
}

function literalOf(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'object') return `ARRAY[${value.map((item) => literalOf(item)).join(', ')}]`;
  return pg.escapeLiteral(String(value));
}

function withinPlan(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap((part) => withinPlan(part))];
}

const claim = [
  24,
  20,
  '00000000-0000-4000-8000-000000000000',
  45,
  60,
  '2026-11-24T12:00:00Z',
  '2026-11-23T12:00:00Z',
];
/** A cursor into the middle. */
const later = ['2026-01-01T00:00:00Z', '00000000-0000-4000-8000-000000000000'];

const joined = ['connection_pkey', 'credential_pkey'];
const listed = ['connection_upkeep_pkey', 'credential_pkey'];
const reconnects = 'reconnect_required';

const statements: readonly [string, Statement, readonly Value[], readonly string[]][] = [
  ['a claim', claimDue, claim, ['connection_upkeep_due', ...joined]],
  [
    'a claim past a host',
    claimDueElsewhere,
    [...claim, ['https://away.example']],
    ['connection_upkeep_due_by_host', ...joined],
  ],
  ['a tenant’s connections', ofTenant, ['a-1'], ['connection_of_tenant']],
  ['a cold read', servable, ['a-1', null], ['connection_of_tenant', ...listed]],
  [
    'a read of as many good tokens as go together',
    goodTokens,
    [Array.from({ length: 32 }, (_, index) => `a-${String(index)}`), Array.from({ length: 32 }, () => null)],
    ['connection_of_tenant', 'credential_pkey'],
  ],
  [
    'a read of good tokens',
    goodTokens,
    [
      ['a-1', 'b-1'],
      [null, '11242'],
    ],
    ['connection_of_tenant', 'credential_pkey'],
  ],
];

/** Read in the order in which they are shown. */
const pages: typeof statements = [
  ['the first page of the list', list, [null, null, null, null, 50], ['connection_listing', ...listed]],
  ['a later page', list, [null, null, ...later, 50], ['connection_listing', ...listed]],
  [
    'the first page of a status',
    listByStatus,
    [reconnects, null, null, null, 50],
    ['connection_listing_by_status', ...listed],
  ],
  [
    'a later page of a status',
    listByStatus,
    [reconnects, null, ...later, 50],
    ['connection_listing_by_status', ...listed],
  ],
];

/** They have a row, or one for each database. */
const ofOnePage = new Set(['pg_database', 'database_origin']);

describe.each(modes)('planned with %s', (mode) => {
  it.each([...statements, ...pages])(
    '%s reads along its indexes, and no table as a whole',
    async (_what, statement, values, indexes) => {
      const nodes = await planOf(statement, values, mode);
      const whole = nodes.filter(
        (node) => node['Node Type'] === 'Seq Scan' && !ofOnePage.has(String(node['Relation Name'])),
      );
      expect(whole.map((node) => node['Relation Name'])).toEqual([]);
      expect(nodes.map((node) => node['Index Name'])).toEqual(expect.arrayContaining([...indexes]));
    },
  );

  it.each(pages)('%s is sorted by its index', async (_what, statement, values) => {
    const nodes = await planOf(statement, values, mode);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
  });
});
