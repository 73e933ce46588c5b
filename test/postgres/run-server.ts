import pg from 'pg';
import { applyMigrations } from '#database/migrate';
import type { LocalPostgres } from '../../apps/local/src/postgres/index.js';
import { announceFailure, announceServer, templateDatabase } from './environment.js';
import { startTestPostgres } from './test-postgres.js';

let running: LocalPostgres | null = null;

/**
 * Starts the one server of a test run and migrates the template once. Where that fails, only the specs that ask for a
 * database do.
 */
export async function startRunServer(): Promise<void> {
  try {
    running = await startTestPostgres();
    await makeTemplate(running);
    announceServer(running.url);
  } catch (error) {
    announceFailure(error);
  }
}

export async function discardRunServer(): Promise<void> {
  await running?.discard();
  running = null;
}

async function makeTemplate(server: LocalPostgres): Promise<void> {
  await applyMigrations({ databaseUrl: await server.ensureDatabase(templateDatabase) });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    // A database can only be cloned while nobody is connected to it.
    await client.query(`ALTER DATABASE ${templateDatabase} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  } finally {
    await client.end();
  }
}
