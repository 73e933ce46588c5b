import type { RecordedSchema } from '../../schema-acceptance.js';
import type { Queryable } from '../database.js';
import { statement } from '../statement.js';

/** Through JSON: a schema that is too old has no `queue_schema`, and is to be refused for its version. */
const readSchema = statement(
  'schema_read',
  `SELECT version, oldest_broker AS "oldestBroker", to_jsonb(s) ->> 'queue_schema' AS "queueSchema" FROM schema_info s`,
);

/** Only where the table is there: see `findSchema`. */
export async function recordedSchema(database: Queryable): Promise<RecordedSchema | null> {
  const [row] = await database.rows<RecordedSchema & Record<string, unknown>>(readSchema, []);
  return row ?? null;
}
