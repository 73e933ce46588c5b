import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Benchmark, BenchOptions } from './frame/benchmark.js';
import { figureOf, type Figure } from './frame/figure.js';
import { OpenLoopReaders, type Reads } from './storm/open-loop-readers.js';
import type { BenchedBroker } from './stage/broker.js';
import { Ground } from './writes/ground.js';
import { expireTogether, plantGrants } from './writes/planted-grants.js';
import { RefreshJournal } from './writes/refresh-journal.js';
import { TokensService } from './writes/tokens-service.js';

const expiring = 10_000;
/** An odd number: each is read at both replicas by turns. */
const read = 501;
const readsPerSecond = 500;
const quietMilliseconds = 10_000;
const longestStormMilliseconds = 600_000;

/** What everybody is granted, quiet or not. */
const toleratedMilliseconds = 25;
const longestTaskMilliseconds = 50;

/** Ten thousand tokens expire in one moment, and those who read others must not notice. */
export const storm: Benchmark = {
  name: 'storm',
  async run(options) {
    await using ground = await Ground.open();
    return await measureOn(ground, options);
  },
};

interface Storm {
  readonly quiet: Reads;
  readonly stormy: Reads;
  /** Calls beyond one for each, and those that are missing. */
  readonly astray: number;
  /** Milliseconds of CPU. */
  readonly longestTask: number;
}

async function measureOn(ground: Ground, { rounds }: BenchOptions): Promise<readonly Figure[]> {
  const { url, client } = await ground.database('broker');
  const planting = { client, deskeraUrl: ground.deskera.url };
  await plantGrants({ ...planting, count: read, tenantPrefix: 'reader-' });
  await plantGrants({ ...planting, count: expiring, tenantPrefix: 'expiring-' });
  const replicas = [await ground.broker(url), await ground.broker(url)];
  for (const { program } of replicas) program.watchTasks();
  const urls = replicas.map((replica) => replica.url);
  using service = await TokensService.open(urls, ground.adminKey);
  // Each is in both caches before anything is measured.
  for (let tenant = 0; tenant < read; tenant += 1)
    await Promise.all(replicas.map((_, turn) => service.read(`reader-${String(tenant)}`, turn)));
  await using readers = new OpenLoopReaders(service, { prefix: 'reader-', count: read }, readsPerSecond);
  await wait(quietMilliseconds / 2);
  const journal = new RefreshJournal(ground.deskera);
  const storms: Storm[] = [];
  for (let round = 0; round < rounds; round += 1)
    storms.push(await stormOnce(journal, client, replicas, readers));
  return figuresOf(storms);
}

async function stormOnce(
  journal: RefreshJournal,
  client: Client,
  replicas: readonly BenchedBroker[],
  readers: OpenLoopReaders,
): Promise<Storm> {
  readers.take();
  await wait(quietMilliseconds);
  const quiet = readers.take();
  await journal.begin();
  await expireTogether(client, 'expiring-');
  await Promise.all(replicas.map(({ program }) => program.use()));
  readers.take();
  await journal.ended(expiring, longestStormMilliseconds);
  const stormy = readers.take();
  const uses = await Promise.all(replicas.map(({ program }) => program.use()));
  const { calls, twice, failed } = await journal.run();
  if (quiet.failed + stormy.failed > 0) throw new Error(`${String(stormy.failed)} reads in a storm failed.`);
  const astray = Math.abs(calls - expiring) + twice + failed;
  return { quiet, stormy, astray, longestTask: Math.max(...uses.map(({ longestTask }) => longestTask)) };
}

function figuresOf(storms: readonly Storm[]): readonly Figure[] {
  const expirings = `${String(expiring)} expire together`;
  return [
    figureOf(
      {
        name: `${expirings}: p99 of the reads of others`,
        unit: 'ms',
        comparedWith: `3 times quiet, at least ${String(toleratedMilliseconds)} ms`,
        bound: { atMost: 1 },
      },
      storms.map(({ quiet, stormy }) => ({
        measured: stormy.p99,
        reference: Math.max(3 * quiet.p99, toleratedMilliseconds),
      })),
    ),
    figureOf(
      { name: `${expirings}: p99 of the reads of others`, unit: 'ms', comparedWith: 'quiet', bound: null },
      storms.map(({ quiet, stormy }) => ({ measured: stormy.p99, reference: quiet.p99 })),
    ),
    figureOf(
      {
        name: `${expirings}: refreshes too many or missing, most of all rounds`,
        unit: '',
        comparedWith: 'one each',
        bound: { atMost: 0 },
      },
      [{ measured: Math.max(...storms.map(({ astray }) => astray)), reference: expiring }],
    ),
    figureOf(
      {
        name: `${expirings}: longest task of a replica, CPU`,
        unit: 'ms',
        comparedWith: `${String(longestTaskMilliseconds)} ms`,
        bound: { atMost: 1 },
      },
      storms.map(({ longestTask }) => ({ measured: longestTask, reference: longestTaskMilliseconds })),
    ),
  ];
}
