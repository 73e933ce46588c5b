import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { SystemClock } from '#kernel';
import { eventually } from '#kernel/testing';
import { applyMigrations, type MigrationReport } from '#database/migrate';
import { PgBoss } from 'pg-boss';
import { freePort } from '../../apps/local/src/free-port.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../postgres/index.js';

/** Pauses between tries are what they are for the tries to pass: here nothing else happens meanwhile. */
class HurriedClock extends SystemClock {
  override after(milliseconds: number, callback: () => void): () => void {
    return super.after(milliseconds / 50, callback);
  }
}

const clock = new HurriedClock();
let opened: AsyncDisposableStack;

beforeEach(() => {
  opened = new AsyncDisposableStack();
});

afterEach(() => opened.disposeAsync());

async function empty(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  opened.defer(() => database.drop());
  return database;
}

async function migrated(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  opened.defer(() => database.drop());
  return database;
}

function apply({ url }: { url: string }): Promise<MigrationReport> {
  return applyMigrations({ databaseUrl: url, setting: 'DATABASE_DIRECT_URL', clock });
}

async function execute<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

function changed(url: string, change: (url: URL) => void): string {
  const other = new URL(url);
  change(other);
  return other.href;
}

describe("a migration beside another application's tables", () => {
  it.each(['schema_info', 'migrations', 'connection'])(
    'is refused in one sentence where a table %s is in the way, and writes nothing into it',
    async (table) => {
      const database = await empty();
      await execute(database.url, `CREATE TABLE public.${table} (version integer)`);
      await expect(apply(database)).rejects.toThrow(
        new RegExp(`has another application's table ${table}: use a database`),
      );
      expect(await execute(database.url, `SELECT * FROM public.${table}`)).toEqual([]);
    },
  );

  it('goes through where the table is in another schema', async () => {
    const database = await empty();
    await execute(database.url, 'CREATE SCHEMA app; CREATE TABLE app.schema_info (version integer)');
    expect((await apply(database)).applied.length).toBeGreaterThan(0);
  });
});

describe('a migration that is not let in', () => {
  it.each<[string, (url: URL) => void, RegExp]>([
    ['a wrong password', (url) => (url.password = 'wrong-8472'), /refuses the user name, the password/],
    ['a user that is unknown', (url) => (url.username = 'nobody8472'), /refuses the user name, the password/],
    ['a database that is missing', (url) => (url.pathname = '/missing8472'), /no database of this name/],
    [
      'a host that is unknown',
      (url) => (url.hostname = 'nowhere8472.invalid'),
      /name of its host is not found/,
    ],
    ['TLS that the server does not offer', (url) => (url.search = 'sslmode=require'), /no TLS connection/],
    ['a certificate that cannot be read', (url) => (url.search = 'sslrootcert=/8472'), /cannot be used/],
  ])(
    'says so in one sentence for %s, after bounded tries, with the setting and no value',
    async (_, change, words) => {
      const database = await empty();
      const failure = await apply({ url: changed(database.url, change) }).catch(
        (error: unknown) => error as Error,
      );
      expect(failure).toMatchObject({ message: expect.stringMatching(words) });
      const { message } = failure as Error;
      expect(message).toMatch(/^DATABASE_DIRECT_URL: [^\n]*\.$/);
      expect(message).not.toMatch(/8472/);
    },
  );

  it('says so where nothing listens', async () => {
    const database = await empty();
    const port = String(await freePort());
    await expect(apply({ url: changed(database.url, (url) => (url.port = port)) })).rejects.toThrow(
      /^DATABASE_DIRECT_URL: the server cannot be reached \(ECONNREFUSED\)\.$/,
    );
  });
});

describe('a migration', () => {
  it('refuses a database that is not encoded in UTF8', async () => {
    const server = changed((await empty()).url, (url) => (url.pathname = '/postgres'));
    const name = `latin_${randomBytes(6).toString('hex')}`;
    await execute(server, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`);
    opened.defer(async () => {
      await execute(server, `DROP DATABASE ${name} WITH (FORCE)`);
    });
    await expect(apply({ url: changed(server, (url) => (url.pathname = `/${name}`)) })).rejects.toThrow(
      /must be encoded in UTF8, and this one is in LATIN1/,
    );
  });

  it('refuses a database that is read-only', async () => {
    const database = await empty();
    const name = new URL(database.url).pathname.slice(1);
    await execute(database.url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await expect(apply(database)).rejects.toThrow(/is read-only/);
  });

  it('lets reads pass that would queue behind it for long, and comes to its end afterwards', async () => {
    const database = await empty();
    await apply(database);
    await execute(
      database.url,
      `DELETE FROM migrations WHERE name = 'FixedSearchPath1764610000000';
       ALTER TABLE schema_info DROP COLUMN queue_schema; UPDATE schema_info SET version = 6`,
    );
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN; SELECT * FROM schema_info');
    const migrating = apply(database);
    migrating.catch(() => undefined);
    const isWaiting = async (): Promise<boolean> => {
      const [row] = await execute<{ waiting: number }>(
        database.url,
        `SELECT count(*)::integer AS waiting FROM pg_locks WHERE NOT granted AND relation = 'schema_info'::regclass`,
      );
      return (row?.waiting ?? 0) > 0;
    };
    await eventually(isWaiting);
    // It queues behind the migration, which gives up its place.
    const reader = new pg.Client({ connectionString: database.url, statement_timeout: 20_000 });
    await reader.connect();
    await expect(reader.query('SELECT version FROM schema_info')).resolves.toMatchObject({
      rows: [{ version: 6 }],
    });
    await reader.end();
    await holder.query('COMMIT');
    await holder.end();
    expect((await migrating).applied).toEqual(['FixedSearchPath1764610000000']);
  });

  it('gives every trigger function a schema of its own to look names up in', async () => {
    const database = await migrated();
    const rows = await execute<{ name: string; settings: string[] | null }>(
      database.url,
      `SELECT proname AS name, proconfig AS settings FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { settings } of rows) expect(settings).toEqual(['search_path=public, pg_temp']);
  });
});

describe('sequences that are behind their tables', () => {
  it('are all set right by a migration, and each is named', async () => {
    const database = await migrated();
    await execute(
      database.url,
      `INSERT INTO connection (connection_id, tenant_id, api_version, api_url, status)
         VALUES ('00000000-0000-4000-8000-000000000001', 'acme', 'v1', 'https://d.example', 'disconnected');
       INSERT INTO credential (connection_id, connect_number)
         VALUES ('00000000-0000-4000-8000-000000000001', 700);
       INSERT INTO change (change_id, subject) OVERRIDING SYSTEM VALUE VALUES (55, 'tenant:acme');
       INSERT INTO admin_event (event_id, actor, action) OVERRIDING SYSTEM VALUE VALUES (66, 'admin_key', 'x')`,
    );
    const { advanced } = await apply(database);
    expect([...advanced].sort()).toEqual([
      'admin_event_event_id_seq',
      'change_change_id_seq',
      'connect_number_sequence',
    ]);
    const [next] = await execute<{ number: string }>(
      database.url,
      `SELECT nextval('connect_number_sequence') AS number`,
    );
    expect(Number(next?.number)).toBeGreaterThan(700);
    expect((await apply(database)).advanced).toEqual([]);
  });
});

describe("pg-boss's schema", () => {
  let role: string;
  let administrator: TestDatabase;

  beforeAll(async () => {
    administrator = await createEmptyDatabase();
    role = `queue_${randomBytes(6).toString('hex')}`;
    await execute(administrator.url, `CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
  });

  afterAll(async () => {
    await execute(administrator.url, `DROP ROLE ${role}`);
    await administrator.drop();
  });

  function asRole(url: string): string {
    return changed(url, (each) => {
      each.username = role;
      each.password = role;
    });
  }

  async function anotherApplication({ url }: TestDatabase, queue: string | null): Promise<void> {
    const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
    boss.on('error', () => undefined);
    await boss.start();
    if (queue !== null) await boss.createQueue(queue);
    await boss.stop({ graceful: false });
  }

  it('may be prepared by somebody with more rights: no right on the database is needed', async () => {
    const database = await empty();
    const name = new URL(database.url).pathname.slice(1);
    await execute(
      database.url,
      `REVOKE CREATE ON DATABASE ${name} FROM PUBLIC; GRANT CREATE, USAGE ON SCHEMA public TO ${role};
       CREATE SCHEMA pgboss AUTHORIZATION ${role}`,
    );
    expect(await apply({ url: asRole(database.url) })).toMatchObject({ queueSchema: null });
  });

  it('is asked for in one sentence where the role may not make it', async () => {
    const database = await empty();
    await execute(database.url, `GRANT CREATE, USAGE ON SCHEMA public TO ${role}`);
    await expect(apply({ url: asRole(database.url) })).rejects.toThrow(/may not create the schema pgboss: /);
  });

  it('needs no more than rights to read where everything was migrated by somebody else', async () => {
    const database = await migrated();
    await execute(
      database.url,
      `GRANT USAGE ON SCHEMA public, pgboss TO ${role};
       GRANT SELECT ON ALL TABLES IN SCHEMA public, pgboss TO ${role}`,
    );
    expect(await apply({ url: asRole(database.url) })).toMatchObject({ applied: [] });
  });

  it("is left alone where it is another application's", async () => {
    const database = await empty();
    await anotherApplication(database, 'invoices');
    await execute(database.url, 'UPDATE pgboss.version SET version = 45');
    expect(await apply(database)).toMatchObject({ queueSchema: 'token_broker_queue' });
    const [theirs] = await execute(database.url, 'SELECT version FROM pgboss.version');
    expect(theirs).toEqual({ version: 45 });
    const [known] = await execute(database.url, 'SELECT queue_schema FROM schema_info');
    expect(known).toEqual({ queue_schema: 'token_broker_queue' });
    expect(await apply(database)).toEqual({ applied: [], advanced: [], queueSchema: 'token_broker_queue' });
  });

  it('is left behind where another application shares it and has migrated it', async () => {
    const database = await migrated();
    await anotherApplication(database, 'invoices');
    await execute(database.url, 'UPDATE pgboss.version SET version = 99');
    expect(await apply(database)).toMatchObject({ queueSchema: 'token_broker_queue' });
    const [theirs] = await execute(database.url, 'SELECT version FROM pgboss.version');
    expect(theirs).toEqual({ version: 99 });
  });

  it('is refused where it is newer and nobody else has a queue there', async () => {
    const database = await migrated();
    await execute(database.url, 'UPDATE pgboss.version SET version = 99');
    await expect(apply(database)).rejects.toThrow(/is at 99, this broker works on 46: start a newer broker/);
  });
});
