import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { DatabaseReadiness } from '../../database-readiness.js';
import { openTestStore } from '#connections/testing';
import {
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../../../../test/postgres/index.js';
import { Pooler, poolerMissing } from '../../../../test/network/pooler.js';
import { queueVersion } from '../queue/queue-place.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(() => database.drop());

async function execute(sql: string, url = database.url): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** @returns why the start was refused; null: it was not */
async function refusal(url = database.url): Promise<string | null> {
  try {
    const store = await openTestStore(url);
    const isAccepted = store.get(DatabaseReadiness).isAccepted();
    await store.close();
    return isAccepted ? null : 'it waits';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a start', () => {
  it('accepts the schema that the migrations make', async () => {
    expect(await refusal()).toBeNull();
  });

  it.each([
    [
      'a queue of an older schema',
      'UPDATE pgboss.version SET version = 45',
      /is at 45, .* works on 46: run `npm run migrate`/,
    ],
    [
      'a queue of a newer schema',
      'UPDATE pgboss.version SET version = 47',
      /is at 47, .* works on 46: start a newer broker/,
    ],
    ['no queue', 'DROP SCHEMA pgboss CASCADE', /queue of deliveries is not in the schema pgboss: run/],
    [
      'another queue only',
      `UPDATE pgboss.queue SET name = 'other'`,
      /queue of deliveries is not in the schema pgboss/,
    ],
    [
      'a schema of two places',
      'CREATE SCHEMA a; CREATE TABLE a.schema_info (oldest_broker integer); CREATE SCHEMA b; ALTER TABLE schema_info SET SCHEMA b',
      /search_path/,
    ],
    ['a schema that was never migrated', 'DROP TABLE schema_info', /has no schema yet/],
  ])('is refused in one sentence for %s', async (_what, sql, words) => {
    await execute(sql);
    expect(await refusal()).toMatch(words);
  });

  it("takes another application's table of the same name for what it is", async () => {
    await execute('CREATE SCHEMA app; CREATE TABLE app.schema_info (version integer)');
    expect(await refusal()).toBeNull();
  });

  it.each([
    [
      'admin_event_event_id_seq',
      66,
      `INSERT INTO admin_event (event_id, actor, action) OVERRIDING SYSTEM VALUE VALUES (66, 'admin_key', 'x')`,
    ],
    [
      'connect_number_sequence',
      900,
      `INSERT INTO connect_session (session_sha256, link_sha256, tenant_id, api_version, api_url, activation, expires_at, connect_number)
         VALUES ('\\x01', '\\x02', 'acme', 'v1', 'https://d.example', 'callback', now(), 900)`,
    ],
  ])('sets %s right where it is behind a row', async (sequence, highest, sql) => {
    await execute(sql);
    expect(await refusal()).toBeNull();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ next: string }>(`SELECT nextval('${sequence}') AS next`);
    await client.end();
    expect(Number(rows[0]?.next)).toBeGreaterThan(highest);
  });

  it('is refused where a sequence is behind its table and the role may not set it', async () => {
    const role = `reader_${randomBytes(6).toString('hex')}`;
    await execute(
      `CREATE ROLE ${role} LOGIN PASSWORD '${role}';
       GRANT USAGE ON SCHEMA public, pgboss TO ${role};
       GRANT ALL ON ALL TABLES IN SCHEMA public, pgboss TO ${role};
       GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role};
       INSERT INTO admin_event (event_id, actor, action) OVERRIDING SYSTEM VALUE VALUES (66, 'admin_key', 'x')`,
    );
    const url = new URL(database.url);
    url.username = role;
    url.password = role;
    expect(await refusal(url.href)).toMatch(/admin_event_event_id_seq is behind its table/);
    await execute(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  it('finds its tables where the search_path of the role does not lead', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await execute(`ALTER DATABASE ${name} SET search_path = nowhere`);
    expect(await refusal()).toBeNull();
  });

  it('is refused for a database that is not encoded in UTF8', async () => {
    const server = new URL(database.url);
    server.pathname = '/postgres';
    const name = `latin_${randomBytes(6).toString('hex')}`;
    await execute(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`, server.href);
    const url = new URL(server);
    url.pathname = `/${name}`;
    try {
      expect(await refusal(url.href)).toMatch(/must be encoded in UTF8/);
    } finally {
      await execute(`DROP DATABASE ${name} WITH (FORCE)`, server.href);
    }
  });

  it('works on the very schema that pg-boss makes', async () => {
    const fresh = await createEmptyDatabase();
    const boss = new PgBoss({ connectionString: fresh.url, supervise: false, schedule: false });
    await boss.start();
    const version = await boss.schemaVersion();
    await boss.stop({ graceful: false });
    await fresh.drop();
    expect(version).toBe(queueVersion);
  });
});

const withPooler = poolerMissing() === null ? describe : describe.skip;

withPooler('a start through a pooler', () => {
  it.each([
    'array_nulls = off',
    'synchronous_commit = off',
    "default_transaction_isolation = 'serializable'",
  ])('is refused, by name, for a setting of the role that it cannot change: %s', async (setting) => {
    const name = new URL(database.url).pathname.slice(1);
    await execute(`ALTER DATABASE ${name} SET ${setting}`);
    const pooler = await Pooler.start(database.url);
    try {
      expect(await refusal(pooler.urlOf(database.url))).toContain(setting.split(' ')[0]);
    } finally {
      await pooler.stop();
    }
  });
});
