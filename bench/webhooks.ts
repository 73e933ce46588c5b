import { hrtime } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Benchmark, BenchOptions } from './frame/benchmark.js';
import { figureOf, type Figure } from './frame/figure.js';
import type { BenchedBroker } from './stage/broker.js';
import { Program } from './stage/program.js';
import { storeRows } from './stage/stored-tokens.js';
import type { Arrivals, Sample } from './webhooks/receiver-process.js';
import { allRecorded, tellOfAll } from './webhooks/told-events.js';
import { Ground } from './writes/ground.js';

const connections = { usual: 2_000, large: 10_000 };
/** What a replica has under way for one endpoint. */
const atOnce = 4;
const poolSize = 12;
/** One of them is the session that holds the replica's lock and listens. */
const statementsAtOnce = poolSize - 1;
const longestMilliseconds = 120_000;
const lookMilliseconds = 10;

/**
 * How fast a burst of events reaches one endpoint. One, because most platforms have one, and because it is the harder case:
 * only so many calls are under way for each.
 */
export const webhooks: Benchmark = {
  name: 'webhooks',
  async run(options) {
    await using ground = await Ground.open();
    return await measureOn(ground, options);
  },
};

/** One delivering of all: how fast, and milliseconds of CPU for each. */
interface Run {
  readonly perSecond: number;
  readonly cpuEach: number;
}

interface Delivering {
  readonly receiver: Program;
  readonly count: number;
  /** Resolves when all is delivered and recorded. */
  readonly deliverAll: () => Promise<void>;
  readonly cpu: () => Promise<number>;
}

/** The two sides have a database each, on one server, and the same receiver. They take turns. */
async function measureOn(ground: Ground, { rounds, large }: BenchOptions): Promise<readonly Figure[]> {
  const count = large ? connections.large : connections.usual;
  const [theirs, ours] = [await ground.database('bare'), await ground.database('broker')];
  await theirs.client.query('CREATE TABLE bare_delivery (LIKE webhook_delivery INCLUDING ALL)');
  await storeRows(ours.client, count);
  await using receiver = Program.start('bench/webhooks/receiver-process.ts');
  const receiverUrl = `http://localhost:${String(await receiver.listensOn())}/in`;
  const broker = await ground.broker(ours.url, {
    DATABASE_POOL_SIZE: String(poolSize),
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
  });
  await register(broker, ground.adminKey, receiverUrl);
  const ourSide: Delivering = {
    receiver,
    count,
    deliverAll: () => tellAndWait(ours.client, receiver, count),
    cpu: async () => (await broker.program.use()).cpu,
  };
  // Makes the broker warm, and shows what it sends.
  await deliver(ourSide);
  await using bare = Program.start('bench/webhooks/bare-deliveries-process.ts', [], {
    BARE_DATABASE_URL: theirs.url,
    BARE_RECEIVER_URL: receiverUrl,
    BARE_AT_ONCE: String(atOnce),
    BARE_COUNT: String(count),
    BARE_POOL_SIZE: String(statementsAtOnce),
    BARE_MESSAGE: JSON.stringify(await receiver.ask<Sample>('sample')),
  });
  await bare.says(/^ready$/);
  const bareSide: Delivering = {
    receiver,
    count,
    deliverAll: () => bare.ask('run'),
    cpu: () => bare.ask('cpu'),
  };
  const measured: { readonly bare: Run; readonly own: Run }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const { client } of [theirs, ours]) await client.query('VACUUM ANALYZE');
    await bare.ask('fill');
    const both = { bare: await deliver(bareSide), own: await deliver(ourSide) };
    if (round > 0) measured.push(both);
  }
  return [
    figureOf(
      {
        name: 'webhook deliveries',
        unit: '/s',
        comparedWith: 'a bare loop of POSTs on pg-boss',
        bound: { atLeast: 0.8 },
      },
      measured.map(({ own, bare: loop }) => ({ measured: own.perSecond, reference: loop.perSecond })),
    ),
    figureOf(
      { name: 'CPU of a delivery', unit: 'ms', comparedWith: 'the bare loop', bound: null },
      measured.map(({ own, bare: loop }) => ({ measured: own.cpuEach, reference: loop.cpuEach })),
    ),
  ];
}

async function register({ url }: BenchedBroker, adminKey: string, receiverUrl: string): Promise<void> {
  const response = await fetch(`${url}/admin/api/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: receiverUrl }),
  });
  if (response.status !== 201) throw new Error(`There is no webhook: ${await response.text()}`);
}

/** From the first that arrives to the last that is on record. */
async function deliver({ receiver, count, deliverAll, cpu }: Delivering): Promise<Run> {
  const usedBefore = await cpu();
  await receiver.ask('begin');
  await deliverAll();
  const endedAt = Number(hrtime.bigint()) / 1e6;
  const { calls, webhooks: arrived, firstAt } = await receiver.ask<Arrivals>('arrivals');
  if (calls !== count || arrived !== count)
    throw new Error(`${String(calls)} calls brought ${String(arrived)} of ${String(count)} webhooks.`);
  return { perSecond: (count * 1_000) / (endedAt - firstAt), cpuEach: ((await cpu()) - usedBefore) / count };
}

/** The database is asked when all have arrived: it has enough to do. */
async function tellAndWait(client: Client, receiver: Program, count: number): Promise<void> {
  await tellOfAll(client);
  const late = performance.now() + longestMilliseconds;
  const arrived = async (): Promise<boolean> => (await receiver.ask<Arrivals>('arrivals')).webhooks >= count;
  while (!((await arrived()) && (await allRecorded(client)))) {
    if (performance.now() > late) throw new Error('The webhooks were not delivered in time.');
    await wait(lookMilliseconds);
  }
}
