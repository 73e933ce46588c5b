import type { Client } from 'pg';
import type { DeskeraProcess } from '../test/chaos/deskera-process.js';
import type { Benchmark, BenchOptions } from './frame/benchmark.js';
import { figureOf, type Figure } from './frame/figure.js';
import { BareLoop } from './refreshes/bare-loop.js';
import { Ground } from './writes/ground.js';
import { expireTogether, plantGrants } from './writes/planted-grants.js';
import { RefreshJournal } from './writes/refresh-journal.js';

const connections = { usual: 1_500, large: 10_000 };
const lateMilliseconds = 50;
const longestMilliseconds = 300_000;

const maxConcurrency = 32;
/** A quarter of the slots is kept for callers: upkeep never has them. */
const upkeepShare = (maxConcurrency * 3) / 4;
const poolSize = 12;
/** One of them is the session that holds the replica's lock and listens. */
const statementsAtOnce = poolSize - 1;

/** How fast everything that is due at once is refreshed, where Deskera answers at once and where it takes its time. */
export const refreshes: Benchmark = {
  name: 'refreshes',
  async run(options) {
    await using ground = await Ground.open();
    return await measureOn(ground, options);
  },
};

/** One refreshing of all: how fast, and milliseconds of CPU for each. */
interface Run {
  readonly perSecond: number;
  readonly cpuEach: number;
}

interface Round {
  readonly bare: Run;
  readonly atOnce: Run;
  readonly late: Run;
}

interface Refreshing {
  readonly deskera: DeskeraProcess;
  readonly journal: RefreshJournal;
  readonly client: Client;
  readonly count: number;
  /** Where it does not begin by itself. */
  readonly begin: () => Promise<void>;
  /** Milliseconds of CPU that who refreshes has used so far. */
  readonly cpu: () => Promise<number>;
}

/** The two sides have a database each, on one server, and the same sandbox. They take turns. */
async function measureOn(ground: Ground, { rounds, large }: BenchOptions): Promise<readonly Figure[]> {
  const { deskera } = ground;
  const count = large ? connections.large : connections.usual;
  const [theirs, ours] = [await ground.database('bare'), await ground.database('broker')];
  for (const { client } of [theirs, ours])
    await plantGrants({ client, deskeraUrl: deskera.url, count, tenantPrefix: 'tenant-' });
  using loop = await BareLoop.start({
    databaseUrl: theirs.url,
    deskeraUrl: deskera.url,
    atOnce: upkeepShare,
    poolSize: statementsAtOnce,
  });
  const broker = await ground.broker(ours.url, {
    DESKERA_MAX_CONCURRENCY: String(maxConcurrency),
    DATABASE_POOL_SIZE: String(poolSize),
  });
  const ownAccord = (): Promise<void> => Promise.resolve();
  const cpu = async (): Promise<number> => (await broker.program.use()).cpu;
  const common = { deskera, journal: new RefreshJournal(deskera), count };
  const bareSide = { ...common, client: theirs.client, begin: () => loop.run(), cpu: () => loop.cpu() };
  const ourSide = { ...common, client: ours.client, begin: ownAccord, cpu };
  const measured: Round[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const bare = await refreshAll(bareSide, 0);
    const atOnce = await refreshAll(ourSide, 0);
    const late = await refreshAll(ourSide, lateMilliseconds);
    // The first makes both sides warm.
    if (round > 0) measured.push({ bare, atOnce, late });
  }
  return figuresOf(measured);
}

async function refreshAll(
  { deskera, journal, client, count, begin, cpu }: Refreshing,
  late: number,
): Promise<Run> {
  await deskera.settings({ latencyMilliseconds: late });
  const usedBefore = await cpu();
  await journal.begin();
  await expireTogether(client, 'tenant-');
  await begin();
  await journal.ended(count, longestMilliseconds);
  const { perSecond, twice, failed } = await journal.run();
  if (twice + failed > 0) throw new Error(`${String(twice)} were refreshed twice, ${String(failed)} not.`);
  return { perSecond, cpuEach: ((await cpu()) - usedBefore) / count };
}

function figuresOf(rounds: readonly Round[]): readonly Figure[] {
  const bound = (upkeepShare / lateMilliseconds) * 1_000;
  return [
    figureOf(
      {
        name: 'refreshes, Deskera answers at once',
        unit: '/s',
        comparedWith: 'a bare loop of the same durable steps',
        bound: { atLeast: 0.6 },
      },
      rounds.map(({ atOnce, bare }) => ({ measured: atOnce.perSecond, reference: bare.perSecond })),
    ),
    figureOf(
      {
        name: `refreshes, Deskera answers after ${String(lateMilliseconds)} ms`,
        unit: '/s',
        comparedWith: `upkeep's ${String(upkeepShare)} slots, always taken`,
        bound: { atLeast: 0.75 },
      },
      rounds.map(({ late }) => ({ measured: late.perSecond, reference: bound })),
    ),
    figureOf(
      { name: 'CPU of a refresh', unit: 'ms', comparedWith: 'the bare loop', bound: null },
      rounds.map(({ atOnce, bare }) => ({ measured: atOnce.cpuEach, reference: bare.cpuEach })),
    ),
  ];
}
