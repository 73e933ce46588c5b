import pg from 'pg';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { databaseIsReadOnly } from './database-readiness.js';
import { migrateQueue } from './internal/webhooks/queue-schema.js';

/** "dtb" and a number of our own: whoever migrates this database holds it. */
const migrationLock = 0x647462_01;

export interface MigrationReport {
  /** Names of the migrations applied by this very call, oldest first. */
  readonly applied: readonly string[];
}

/**
 * Applies what is missing, each migration in its own transaction. Safe when several start at once: one works under a
 * session advisory lock, the others wait for it and then find nothing to do. The queue's schema is brought up to date with it.
 *
 * @param databaseUrl a direct connection: a transaction pooler does not keep session locks
 */
export async function applyMigrations({ databaseUrl }: { databaseUrl: string }): Promise<MigrationReport> {
  const lockHolder = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  await lockHolder.connect();
  try {
    await requireWritable(lockHolder);
    await lockHolder.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    // First: a schema whose version a broker accepts has the queue's beside it.
    await migrateQueue(databaseUrl);
    return await migrate(databaseUrl);
  } finally {
    await lockHolder.end();
  }
}

/** @throws an error whose message is for the operator */
async function requireWritable(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ readOnly: boolean }>(
    `SELECT current_setting('transaction_read_only') = 'on' AS "readOnly"`,
  );
  if (rows[0]?.readOnly !== false) throw new Error(databaseIsReadOnly);
}

async function migrate(databaseUrl: string): Promise<MigrationReport> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    migrations,
    migrationsTransactionMode: 'each',
    poolSize: 1,
    installExtensions: false,
  });
  await dataSource.initialize();
  try {
    const applied = await dataSource.runMigrations();
    return { applied: applied.map(({ name }) => name) };
  } finally {
    await dataSource.destroy();
  }
}
