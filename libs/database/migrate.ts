import type pg from 'pg';
import { SystemClock, type Clock } from '#kernel';
import { DataSource, type Logger as TypeOrmLogger } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { databaseIsReadOnly } from './database-readiness.js';
import type { Queryable } from './internal/database.js';
import { Login } from './internal/login/login.js';
import { LoginClient } from './internal/login/login-client.js';
import { migrationSettings } from './internal/login/session-settings.js';
import {
  asQueryable,
  MigrationFailed,
  openSession,
  takeTurn,
  withLocks,
} from './internal/schema/migration-session.js';
import { recordedSchema } from './internal/schema/recorded-schema.js';
import { findSchema } from './internal/schema/schema-place.js';
import { advanceSequence, sequencesBehind } from './internal/schema/sequences.js';
import { acceptServer } from './internal/schema/server-acceptance.js';
import { usualQueueSchema } from './internal/queue/queue-place.js';
import { migrateQueue } from './internal/queue/queue-schema.js';

/** From this generation on the schema has webhooks, and so a queue. */
const firstWithQueue = 4;

export interface MigrationOptions {
  /** A direct connection: a transaction pooler does not keep session locks. */
  readonly databaseUrl: string;
  /** Name of the setting that it comes from. */
  readonly setting?: string;
  readonly clock?: Clock;
}

export interface MigrationReport {
  /** Names of the migrations applied by this very call, oldest first. */
  readonly applied: readonly string[];
  /** Where the queue of deliveries is, where that is not the usual schema; else null. */
  readonly queueSchema: string | null;
  /** Sequences that were behind their tables, and are no more. */
  readonly advanced: readonly string[];
}

/**
 * Applies what is missing, each migration in its own transaction. Safe when several start at once: one works under a
 * session advisory lock, the others wait for it and then find nothing to do. The queue's schema is brought up to date with
 * it. No statement waits for a lock for longer than two seconds: what queues behind it is the broker's.
 *
 * @throws MigrationFailed, SchemaRefused with one sentence that holds no value
 */
export async function applyMigrations(options: MigrationOptions): Promise<MigrationReport> {
  const { databaseUrl, setting = 'DATABASE_URL', clock = new SystemClock() } = options;
  const login = new Login(setting, () => databaseUrl, migrationSettings);
  const client = await openSession(login, clock);
  // Its next statement fails and tells.
  client.on('error', () => undefined);
  try {
    const session = asQueryable(client);
    await acceptServer(session);
    await requireWritable(session);
    await takeTurn(client, clock);
    await enterSchema(client, login);
    // First: a schema whose version a broker accepts has the queue's beside it.
    const recorded = await queueOnRecord(session);
    const queueSchema = await withLocks(clock, () => migrateQueue(session, recorded));
    const applied = await migrate(login, clock);
    if ((await queueOnRecord(session)) !== queueSchema) {
      await session.foreign('UPDATE schema_info SET queue_schema = $1', [queueSchema]);
    }
    const advanced = await advanceSequences(session, queueSchema);
    return { applied, queueSchema: queueSchema === usualQueueSchema ? null : queueSchema, advanced };
  } finally {
    await client.end();
  }
}

async function requireWritable(session: Queryable): Promise<void> {
  const { rows } = await session.foreign(
    `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS "isReadOnly"`,
  );
  const [found] = rows as { isReadOnly: boolean }[];
  if (found?.isReadOnly === true) throw new MigrationFailed(databaseIsReadOnly);
}

/** Where the tables are already, else where the role creates tables. */
async function enterSchema(client: pg.Client, login: Login): Promise<void> {
  const place = await findSchema(asQueryable(client));
  if (place.found === 'several') {
    throw new MigrationFailed(
      "Several schemas have the broker's tables: set the role's search_path to one of them.",
    );
  }
  if (place.found === 'forbidden') {
    throw new MigrationFailed(`The role lacks USAGE of the schema ${place.schema}, where the tables are.`);
  }
  const schema =
    place.found === 'hidden' ? place.schema : await schemaForNew(client, place.found === 'nowhere');
  if (place.found === 'nowhere') await requireFree(client, schema);
  if (schema === null) return;
  login.lookIn(schema);
  await client.query(`SELECT set_config('search_path', quote_ident($1), false)`, [schema]);
}

/** The first tables that a migration makes, and TypeORM's own. */
const firstTables = ['migrations', 'schema_info', 'connection', 'credential', 'change'];

/**
 * Another application may have tables of these names: nothing is written into them.
 * @param schema null: where the role creates tables
 */
async function requireFree(client: pg.Client, schema: string | null): Promise<void> {
  const { rows } = await client.query<{ schema: string; table: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS "table"
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = coalesce($1, current_schema()) AND c.relname = ANY ($2::text[]) LIMIT 1`,
    [schema, firstTables],
  );
  const [taken] = rows;
  if (taken === undefined) return;
  throw new MigrationFailed(
    `The schema ${taken.schema} has another application's table ${taken.table}: use a database, or a search_path, of the broker's own.`,
  );
}

/** A role whose `search_path` leads nowhere creates nothing. */
async function schemaForNew(client: pg.Client, isNew: boolean): Promise<string | null> {
  if (!isNew) return null;
  const { rows } = await client.query<{ schema: string | null }>('SELECT current_schema() AS schema');
  return rows[0]?.schema === null ? 'public' : null;
}

/** @returns null where no queue was made yet */
async function queueOnRecord(session: Queryable): Promise<string | null> {
  const place = await findSchema(session);
  const recorded = place.found === 'visible' ? await recordedSchema(session) : null;
  if (recorded === null || recorded.version < firstWithQueue) return null;
  return recorded.queueSchema ?? usualQueueSchema;
}

/** What failed is thrown; a try that found a lock taken is no news. */
const silent: TypeOrmLogger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

async function migrate(login: Login, clock: Clock): Promise<readonly string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    migrations,
    migrationsTransactionMode: 'each',
    poolSize: 1,
    logger: silent,
    installExtensions: false,
    extra: { Client: LoginClient, login },
  });
  await dataSource.initialize();
  try {
    const before = await executed(dataSource);
    await withLocks(clock, () => dataSource.runMigrations());
    return (await executed(dataSource)).filter((name) => !before.includes(name));
  } finally {
    await dataSource.destroy();
  }
}

async function executed(dataSource: DataSource): Promise<readonly string[]> {
  const [found] = await dataSource.query<{ there: boolean }[]>(
    `SELECT to_regclass('migrations') IS NOT NULL AS there`,
  );
  if (found?.there !== true) return [];
  const rows = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
  return rows.map(({ name }) => name);
}

async function advanceSequences(session: Queryable, queueSchema: string): Promise<readonly string[]> {
  const place = await findSchema(session);
  if (place.found !== 'visible') return [];
  const behind = await sequencesBehind(session, [place.schema, queueSchema]);
  for (const sequence of behind) await advanceSequence(session, sequence);
  return behind.map(({ name }) => name);
}
