import pg from 'pg';
import { PgBoss, type Queue } from 'pg-boss';
import { SchemaRefused } from '../../schema-acceptance.js';
import type { Queryable } from '../database.js';
import { deliveryQueue } from './delivery-queue.js';
import { chooseQueueSchema, queueState, queueVersion } from './queue-place.js';

/**
 * A job is a wake-up call, the delivery's row decides: a job too many does nothing, and a lost one is made again. One that
 * a worker died with is handed out again after `expireInSeconds`, which is longer than a try takes; `short`: one waits per
 * delivery at most.
 */
const queueOptions = {
  policy: 'short',
  expireInSeconds: 40,
  retryLimit: 1_000,
  retryDelay: 1,
  retentionSeconds: 7 * 86_400,
  deleteAfterSeconds: 600,
} as const satisfies Omit<Queue, 'name'>;

/**
 * Makes the queue's own schema, or brings it up to date, and the queue. Under the lock of who migrates.
 *
 * @param recorded where it was put before; null: nowhere
 * @returns its schema
 */
export async function migrateQueue(database: Queryable, recorded: string | null): Promise<string> {
  const schema = await chooseQueueSchema(database, recorded);
  const { state } = await queueState(database, schema);
  if (state === 'absent') await createSchema(database, schema);
  if (await isAsWanted(database, schema)) return schema;
  const boss = new PgBoss({
    db: { executeSql: (text: string, values?: unknown[]) => database.foreign(text, values) },
    schema,
    createSchema: false,
    supervise: false,
    schedule: false,
    registerInstance: false,
  });
  let trouble: Error | undefined;
  boss.on('error', (error) => {
    trouble ??= error;
  });
  try {
    await boss.start();
    await ensureQueue(boss);
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
  if (trouble !== undefined) throw trouble;
  return schema;
}

/** Apart from pg-boss, which asks for CREATE on the database even where the schema is there. */
async function createSchema(database: Queryable, schema: string): Promise<void> {
  try {
    await database.foreign(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error;
    throw new SchemaRefused(
      `The role may not create the schema ${schema}: have it created with CREATE SCHEMA ${schema} AUTHORIZATION, or grant CREATE on the database.`,
    );
  }
}

async function ensureQueue(boss: PgBoss): Promise<void> {
  const { policy, ...changeable } = queueOptions;
  await boss.createQueue(deliveryQueue, { policy, ...changeable });
  await boss.updateQueue(deliveryQueue, changeable);
}

/** Then nothing is written: the role may have no right to, where somebody else prepared the schema. */
async function isAsWanted(database: Queryable, schema: string): Promise<boolean> {
  const found = await queueState(database, schema);
  if (found.state !== 'installed' || found.version !== queueVersion || !found.hasOwn) return false;
  const { rows } = await database.foreign(
    `SELECT expire_seconds AS "expireInSeconds", retry_limit AS "retryLimit", retry_delay AS "retryDelay",
            retention_seconds AS "retentionSeconds", deletion_seconds AS "deleteAfterSeconds", policy
       FROM ${pg.escapeIdentifier(schema)}.queue WHERE name = $1`,
    [deliveryQueue],
  );
  const [queue] = rows as Record<string, unknown>[];
  return Object.entries(queueOptions).every(([name, value]) => queue?.[name] === value);
}
