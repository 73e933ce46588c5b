import pg from 'pg';
import { SchemaRefused } from '../../schema-acceptance.js';
import type { Queryable } from '../database.js';
import { statement } from '../statement.js';
import { deliveryQueue } from './delivery-queue.js';

/** Where pg-boss is where nothing speaks against it, and where it is otherwise. */
export const usualQueueSchema = 'pgboss';
const ownQueueSchema = 'token_broker_queue';

/** The version of pg-boss's schema that this broker's pg-boss works on. It is a part of the schema's generation. */
export const queueVersion = 46;

const readState = statement(
  'queue_schema_read',
  `SELECT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'version') AS "isInstalled",
          EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid) AS "hasTables"
     FROM pg_namespace n WHERE n.nspname = $1`,
);

export type QueueState =
  | { readonly state: 'absent' | 'empty' | 'not_a_queue' }
  | {
      readonly state: 'installed';
      readonly version: number;
      readonly others: number;
      readonly hasOwn: boolean;
    };

export async function queueState(database: Queryable, schema: string): Promise<QueueState> {
  const [row] = await database.rows<{ isInstalled: boolean; hasTables: boolean }>(readState, [schema]);
  if (row === undefined) return { state: 'absent' };
  if (!row.isInstalled) return { state: row.hasTables ? 'not_a_queue' : 'empty' };
  const place = pg.escapeIdentifier(schema);
  const version = await database.foreign(`SELECT version FROM ${place}.version`);
  const { rows } = await database.foreign(
    `SELECT count(*) FILTER (WHERE name <> $1 AND name NOT LIKE '\\_\\_pgboss\\_\\_%')::integer AS others,
            count(*) FILTER (WHERE name = $1) > 0 AS "hasOwn" FROM ${place}.queue`,
    [deliveryQueue],
  );
  const { others, hasOwn } = rows[0] as { others: number; hasOwn: boolean };
  const [found] = version.rows as { version: number }[];
  return { state: 'installed', version: found?.version ?? 0, others, hasOwn };
}

/** @throws SchemaRefused where the queue of a running broker is not the one that it knows */
export function acceptQueue(schema: string, found: QueueState): void {
  const known = String(queueVersion);
  if (found.state !== 'installed' || !found.hasOwn) {
    throw new SchemaRefused(
      `The queue of deliveries is not in the schema ${schema}: run \`npm run migrate\` first.`,
    );
  }
  const version = String(found.version);
  if (found.version < queueVersion) {
    throw new SchemaRefused(
      `The queue's schema ${schema} is at ${version}, this broker works on ${known}: run \`npm run migrate\` first.`,
    );
  }
  if (found.version > queueVersion) {
    throw new SchemaRefused(
      `The queue's schema ${schema} is at ${version}, this broker works on ${known}: start a newer broker. ` +
        'If another application has migrated it, `npm run migrate` moves the queue to a schema of its own.',
    );
  }
}

/**
 * Which schema a migration gives to the queue. Another application's is left as it is: it may be used only where it needs no
 * change.
 *
 * @param recorded where the queue was put before; null: nowhere
 * @throws SchemaRefused where neither place will do
 */
export async function chooseQueueSchema(database: Queryable, recorded: string | null): Promise<string> {
  const candidates = [...new Set([recorded ?? usualQueueSchema, ownQueueSchema])];
  for (const schema of candidates) {
    const found = await queueState(database, schema);
    if (isOurs(found, schema === recorded)) return schema;
    if (
      found.state === 'installed' &&
      found.others === 0 &&
      schema === recorded &&
      found.version > queueVersion
    ) {
      acceptQueue(schema, { ...found, hasOwn: true });
    }
  }
  throw new SchemaRefused(
    `The schemas ${candidates.join(' and ')} belong to something else: rename one of them, so that the queue has a place.`,
  );
}

function isOurs(found: QueueState, isRecorded: boolean): boolean {
  if (found.state !== 'installed') return found.state !== 'not_a_queue';
  if (found.version === queueVersion) return isRecorded || found.others === 0;
  return isRecorded && found.others === 0 && found.version < queueVersion;
}
