import { PgBoss, type Queue } from 'pg-boss';

export const queueSchema = 'pgboss';
export const deliveryQueue = 'webhook-delivery';

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

/** Makes the queue's own schema, or brings it up to date, and the queue. Under the lock of who migrates. */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: queueSchema,
    max: 1,
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
    const { policy, ...changeable } = queueOptions;
    await boss.createQueue(deliveryQueue, { policy, ...changeable });
    await boss.updateQueue(deliveryQueue, changeable);
  } finally {
    await boss.stop({ graceful: false });
  }
  if (trouble !== undefined) throw trouble;
}
