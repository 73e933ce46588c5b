import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { announcedServer, templateDatabase } from './environment.js';

export interface TestDatabase {
  /** The superuser's connection string. */
  readonly url: string;
  /** Removes it, and ends the connections that are still open. Again is harmless. */
  drop(): Promise<void>;
}

/** A database of a spec's own on the run's server, with the schema migrated and no rows. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return cloneOf(templateDatabase);
}

/** A database of a spec's own on the run's server, without any schema. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return cloneOf('template0');
}

async function cloneOf(template: string): Promise<TestDatabase> {
  const server = announcedServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await clone(server, template, name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

const cloneAttempts = 20;
const objectInUse = '55006';

async function clone(server: string, template: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await execute(server, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
      return;
    } catch (error) {
      // Autovacuum, or another clone, is in the template at this moment.
      const passes = error instanceof pg.DatabaseError && error.code === objectInUse;
      if (!passes || attempt === cloneAttempts) throw error;
      await wait(50);
    }
  }
}

async function execute(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
