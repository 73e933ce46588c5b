import pg from 'pg';
import type { RecordedSchema } from '../schema-acceptance.js';
import type { Queryable } from './database.js';
import { statement } from './statement.js';

const readSchema = statement(
  'schema_read',
  `SELECT version, oldest_broker AS "oldestBroker" FROM schema_info`,
);

/** @returns null where the database was never migrated. */
export async function recordedSchema(database: Queryable): Promise<RecordedSchema | null> {
  try {
    const [row] = await database.rows<{ version: number; oldestBroker: number }>(readSchema, []);
    return row ?? null;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === undefinedTable) return null;
    throw error;
  }
}

const undefinedTable = '42P01';
