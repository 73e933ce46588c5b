import pg from 'pg';
import type { RecordedSchema } from '../schema-acceptance.js';
import { databaseReadOnly } from './database-failure.js';
import type { Queryable } from './database.js';
import { serverLife } from './server-life.js';
import { statement } from './statement.js';

const readSchema = statement(
  'schema_read',
  `SELECT version, oldest_broker AS "oldestBroker" FROM schema_info`,
);

const readLife = statement('server_life', `SELECT ${serverLife} AS life`);

/** @throws Failure `broker_unavailable` where the server does not write */
export async function requireWritable(database: Pick<Queryable, 'rows'>): Promise<void> {
  const [row] = await database.rows<{ life: string | null }>(readLife, []);
  if ((row?.life ?? null) === null) throw databaseReadOnly();
}

/** @returns null where the database was never migrated. */
export async function recordedSchema(database: Pick<Queryable, 'rows'>): Promise<RecordedSchema | null> {
  try {
    const [row] = await database.rows<{ version: number; oldestBroker: number }>(readSchema, []);
    return row ?? null;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === undefinedTable) return null;
    throw error;
  }
}

const undefinedTable = '42P01';
