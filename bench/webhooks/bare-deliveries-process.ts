/**
 * The bare loop in a process of its own: jobs of pg-boss, each with its message in it. Told to `fill`, it makes them; told to
 * `run`, it fetches, posts, writes the delivery's row and completes, so many at once, until none is left.
 */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import process, { cpuUsage, env, exit } from 'node:process';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { deliveryQueue, usualQueueSchema as queueSchema } from '#database/sql';
import type { Sample } from './receiver-process.js';

const { BARE_DATABASE_URL: databaseUrl, BARE_RECEIVER_URL: receiverUrl = '' } = env;
const [atOnce, count] = [Number(env['BARE_AT_ONCE']), Number(env['BARE_COUNT'])];
const { headers, body } = JSON.parse(env['BARE_MESSAGE'] ?? '') as Sample;
// Whether a connection is kept is the agent's to say.
delete headers.connection;

const pool = new pg.Pool({ connectionString: databaseUrl, max: Number(env['BARE_POOL_SIZE']) });
const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
const boss = new PgBoss({
  db: { executeSql: (text, values) => pool.query(text, values) },
  schema: queueSchema,
  migrate: false,
  createSchema: false,
  schedule: false,
  registerInstance: false,
  reindex: false,
  monitorVacuum: false,
});

interface Message {
  readonly deliveryId: string;
  readonly body: string;
}

interface Job {
  readonly id: string;
  readonly retryCount: number;
  readonly data: Message;
}

const write = {
  name: 'bare_delivery',
  text: `INSERT INTO bare_delivery (delivery_id, endpoint_id, event_id, connection_id, number, status, attempts, next_attempt_at,
                                    last_attempt_at, last_status, delivered_at)
         VALUES ($1, $1, $1, $1, 1, 'delivered', 1, NULL, now(), $2, now())`,
};

async function fill(): Promise<void> {
  const jobs = Array.from({ length: count }, () => {
    const deliveryId = randomUUID();
    const data: Message = { deliveryId, body };
    return { data: { ...data }, singletonKey: deliveryId };
  });
  await boss.insert(deliveryQueue, jobs);
}

async function run(): Promise<void> {
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let job = await fetched(); job !== undefined; job = await fetched()) await deliver(job);
    }),
  );
}

async function fetched(): Promise<Job | undefined> {
  const [job] = await boss.fetch<Message>(deliveryQueue, { batchSize: 1, includeMetadata: true });
  return job;
}

async function deliver({ id, retryCount, data }: Job): Promise<void> {
  const status = await post(data);
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query({ ...write, values: [data.deliveryId, status] });
    const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
    await boss.complete(deliveryQueue, { id, retryCount }, null, { db });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

function post({ deliveryId, body }: Message): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const call = request(
    receiverUrl,
    { method: 'POST', agent, headers: { ...headers, 'webhook-id': deliveryId } },
    (answer) => {
      answer.resume().once('end', () => {
        resolve(answer.statusCode);
      });
    },
  );
  call.once('error', reject).end(body);
  return promise;
}

async function answer(question: unknown): Promise<unknown> {
  if (question === 'fill') return fill();
  if (question === 'run') return run();
  const { user, system } = cpuUsage();
  return (user + system) / 1_000;
}

process.on('message', (question) => {
  answer(question).then(
    (word) => process.send?.(word ?? 'done'),
    (error: unknown) => {
      process.stderr.write(`The bare loop failed: ${String(error)}\n`);
      exit(1);
    },
  );
});
process.once('disconnect', () => exit(0));

await boss.start();
process.stdout.write('ready\n');
