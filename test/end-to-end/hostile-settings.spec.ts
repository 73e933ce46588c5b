import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { applyMigrations } from '#database/migrate';
import { createEmptyDatabase, type TestDatabase } from '../postgres/index.js';
import { Pooler, poolerMissing } from '../network/pooler.js';
import { startPlatform, type Platform } from './platform.js';

/** What a superuser may set for a role or a database, with a value that breaks code that relies on the default. */
const hostile: Readonly<Record<string, string>> = {
  DateStyle: "'German, DMY'",
  IntervalStyle: "'sql_standard'",
  TimeZone: "'Asia/Kathmandu'",
  client_encoding: "'LATIN1'",
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  bytea_output: "'escape'",
  extra_float_digits: '-15',
  default_transaction_isolation: "'serializable'",
  synchronous_commit: 'off',
  statement_timeout: "'1ms'",
  lock_timeout: "'1ms'",
  idle_in_transaction_session_timeout: "'1ms'",
  idle_session_timeout: "'50ms'",
  transaction_timeout: "'50ms'",
  jit: 'on',
  jit_above_cost: '0',
  search_path: "'nowhere'",
};

/** What a pooler passes on, or what does not matter behind one. */
const hostileToPooler = ['DateStyle', 'TimeZone', 'client_encoding', 'standard_conforming_strings'].concat([
  'IntervalStyle',
  'bytea_output',
  'extra_float_digits',
]);

interface Ground {
  readonly database: TestDatabase;
  readonly url: string;
  close(): Promise<void>;
}

async function prepare(target: 'role' | 'database', names: readonly string[]): Promise<Ground> {
  const database = await createEmptyDatabase();
  const role = `hostile_${randomBytes(6).toString('hex')}`;
  const name = new URL(database.url).pathname.slice(1);
  const subject = target === 'role' ? `ROLE ${role}` : `DATABASE ${name}`;
  await execute(database.url, [
    `CREATE ROLE ${role} LOGIN PASSWORD '${role}' NOSUPERUSER`,
    `ALTER DATABASE ${name} OWNER TO ${role}`,
    ...names.map((setting) => `ALTER ${subject} SET ${setting} = ${hostile[setting] ?? ''}`),
  ]);
  const url = new URL(database.url);
  url.username = role;
  url.password = role;
  return {
    database,
    url: url.href,
    close: async () => {
      const server = new URL(database.url);
      server.pathname = '/postgres';
      await database.drop();
      await execute(server.href, [`DROP ROLE ${role}`]);
    },
  };
}

async function execute(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    options: '-c search_path=public -c statement_timeout=0',
  });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** A connect, cold and hot reads, a check, a refresh, lists and an event. */
async function expectWorks(platform: Platform): Promise<void> {
  const { broker, sandbox } = platform;
  expect((await broker.startConnect('acme', { label: 'Zürich — 東京' })).status).toBe(201);
  await broker.connect('acme');
  const first = await broker.token('acme');
  expect([first.status, first.json['degraded']]).toEqual([200, null]);
  expect(Date.parse(String(first.json['verifiedAt']))).toBeGreaterThan(Date.now() - 60_000);
  expect(Date.parse(String(first.json['verifiedAt']))).toBeLessThan(Date.now() + 60_000);
  expect((await broker.token('acme', '?maxVerifiedAgeSeconds=0')).status).toBe(200);
  await sandbox.expire('11242');
  const refreshed = await broker.token('acme', '?maxVerifiedAgeSeconds=0');
  expect([refreshed.status, refreshed.json['degraded']]).toEqual([200, null]);
  expect(refreshed.json['fingerprint']).not.toBe(first.json['fingerprint']);
  const list = await broker.call('GET', '/admin/api/connections?limit=1');
  expect([list.status, (list.json['items'] as unknown[]).length]).toEqual([200, 1]);
  expect((await broker.call('GET', '/admin/api/summary')).status).toBe(200);
  expect((await broker.call('GET', '/v1/tenants/nobody/deskera-token')).status).toBe(404);
  const parts = (await broker.call('GET', '/health/ready')).json['parts'] as {
    part: string;
    status: string;
  }[];
  expect(parts.find(({ part }) => part === 'database')?.status).toBe('ok');
}

describe.each(['role', 'database'] as const)('a %s with hostile settings', (target) => {
  let ground: Ground;

  beforeAll(async () => {
    ground = await prepare(target, Object.keys(hostile));
  });

  afterAll(() => ground.close());

  it('is migrated, and served as any other', async () => {
    await applyMigrations({ databaseUrl: ground.url });
    expect(await applyMigrations({ databaseUrl: ground.url })).toMatchObject({ applied: [] });
    const platform = await startPlatform({ databaseUrl: ground.url });
    try {
      await expectWorks(platform);
    } finally {
      await platform.close();
    }
  });
});

const withPooler = poolerMissing() === null ? describe : describe.skip;

withPooler('a role with hostile settings behind a pooler in transaction mode', () => {
  let pooler: Pooler | null = null;
  let ground: Ground;

  afterAll(async () => {
    await pooler?.stop();
    await ground.close();
  });

  it('is served as any other', async () => {
    ground = await prepare('role', hostileToPooler);
    await applyMigrations({ databaseUrl: ground.url });
    pooler = await Pooler.start(ground.url);
    const platform = await startPlatform({
      databaseUrl: pooler.urlOf(ground.url),
      variables: { DATABASE_DIRECT_URL: ground.url },
    });
    try {
      await expectWorks(platform);
    } finally {
      await platform.close();
    }
  });
});
