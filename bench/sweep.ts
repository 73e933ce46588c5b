import { FakeDeskera } from '#deskera/testing';
import { insertConnections } from '#connections/testing';
import { Upkeep } from '#tokens';
import { openTestReplica } from '#tokens/testing';
import type { Benchmark, BenchOptions } from './frame/benchmark.js';
import { figureOf, median, type Figure } from './frame/figure.js';
import { Ground } from './writes/ground.js';

const fewest = 1_000;
const sizes = { usual: [100_000], large: [100_000, 1_000_000] };
/** In one measurement. */
const sweepsEach = 300;
const insertedAtOnce = 50_000;

/** A sweep that finds nothing due must not cost more where more connections wait for their time. */
export const sweep: Benchmark = {
  name: 'sweep',
  async run(options) {
    await using ground = await Ground.open();
    return await measureOn(ground, options);
  },
};

interface Side {
  readonly count: number;
  readonly upkeep: Upkeep;
  /** Milliseconds of a usual sweep, round by round. */
  readonly took: number[];
}

async function measureOn(ground: Ground, { rounds, large }: BenchOptions): Promise<readonly Figure[]> {
  await using opened = new AsyncDisposableStack();
  const counts = [fewest, ...sizes[large ? 'large' : 'usual']];
  const sides: Side[] = [];
  for (const count of counts) sides.push({ count, upkeep: await upkeepOf(ground, count, opened), took: [] });
  for (let round = 0; round <= rounds; round += 1) {
    const usual = await usualSweeps(sides);
    // The first round makes caches and code warm.
    if (round > 0) for (const [index, { took }] of sides.entries()) took.push(usual[index] ?? NaN);
  }
  const [few, ...many] = sides;
  return many.map(({ count, took }) =>
    figureOf(
      {
        name: `a sweep with nothing due, ${String(count)} connections`,
        unit: 'ms',
        comparedWith: `${String(fewest)} connections`,
        bound: { atMost: 1.5 },
      },
      took.map((measured, round) => ({ measured, reference: few?.took[round] ?? NaN })),
    ),
  );
}

/** The upkeep of a replica of its own, on a database of its own: everything is due from tomorrow on. */
async function upkeepOf(ground: Ground, count: number, opened: AsyncDisposableStack): Promise<Upkeep> {
  const { url, client } = await ground.database(`sweep_${String(count)}`);
  const day = 86_400;
  for (let inserted = 0; inserted < count; inserted += insertedAtOnce) {
    await insertConnections(client, {
      count: Math.min(insertedAtOnce, count - inserted),
      tenantPrefix: `tenant-${String(inserted)}-`,
      apiUrl: 'https://bifrost.example',
      firstDueInSeconds: day,
      dueSpacingSeconds: day / count,
      // Those of real tokens lie out of line, where no sweep comes near them.
      sealedBytes: 24,
    });
  }
  await client.query('VACUUM ANALYZE');
  const deskera = new FakeDeskera({ now: () => new Date() });
  const replica = await openTestReplica({ databaseUrl: url, deskera });
  opened.defer(() => replica.close());
  return replica.get(Upkeep);
}

/** By turns, sweep by sweep: what the machine does beside falls on all of them alike. */
async function usualSweeps(sides: readonly Side[]): Promise<readonly number[]> {
  const took = sides.map((): number[] => []);
  for (let turn = 0; turn < sweepsEach; turn += 1) {
    for (const [index, { upkeep }] of sides.entries()) {
      const from = performance.now();
      await upkeep.sweep();
      took[index]?.push(performance.now() - from);
    }
  }
  return took.map((sweeps) => median(sweeps));
}
