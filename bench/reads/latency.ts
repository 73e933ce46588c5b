import type { Benchmark, BenchOptions } from '../frame/benchmark.js';
import { figureOf, type Figure } from '../frame/figure.js';
import { askEach, load } from '../load/load.js';
import { Stage } from '../stage/stage.js';
import { withoutCache } from './cold-settings.js';
import { storeTokens } from './token-database.js';

const fewest = 1_000;
const usualSizes = [fewest, 10_000, 100_000];
const largestSize = 1_000_000;
const workingSet = 10_000;
const callers = 2;
const roundMilliseconds = 1_000;
/** The same for all, however much each was asked to fill its memory: none is to be measured less warm. */
const warmUpMilliseconds = 3_000;

interface Site {
  readonly connections: number;
  readonly kind: 'hot' | 'cold';
  readonly port: number;
  readonly requests: readonly Buffer[];
  /** Median latency of each round. */
  readonly medians: number[];
}

/** How long a read takes beside few connections and beside many. */
export const latency: Benchmark = {
  name: 'latency',
  async run({ rounds, large }: BenchOptions): Promise<readonly Figure[]> {
    await using stage = await Stage.open();
    const sites: Site[] = [];
    for (const connections of large ? [...usualSizes, largestSize] : usualSizes)
      sites.push(...(await openSites(stage, connections)));
    // What was stored last is not to be all that is in PostgreSQL's memory.
    for (const { port, requests } of sites) await askEach(port, requests);
    for (let round = 0; round <= rounds; round += 1) {
      for (const { port, requests, medians } of sites) {
        const milliseconds = round === 0 ? warmUpMilliseconds : roundMilliseconds;
        const { medianMilliseconds } = await load({
          ports: [port],
          connections: callers,
          milliseconds,
          requests,
        });
        if (round > 0) medians.push(medianMilliseconds);
      }
    }
    return sites
      .filter(({ connections }) => connections !== fewest)
      .map((site) => figureAgainst(site, sites));
  },
};

async function openSites(stage: Stage, connections: number): Promise<Site[]> {
  const readable = Math.min(connections, workingSet);
  const name = `of_${String(connections)}`;
  const { databaseUrl, requests } = await storeTokens(stage, name, connections, readable);
  const hot = await stage.broker(databaseUrl);
  const cold = await stage.broker(databaseUrl, withoutCache);
  return [
    { connections, kind: 'hot', port: hot.port, requests, medians: [] },
    { connections, kind: 'cold', port: cold.port, requests, medians: [] },
  ];
}

function figureAgainst(site: Site, sites: readonly Site[]): Figure {
  const { kind, connections, medians } = site;
  const few = sites.find((other) => other.kind === kind && other.connections === fewest);
  const told = {
    name: `${kind} read beside ${String(connections)} connections: median latency`,
    unit: 'ms',
    comparedWith: `beside ${String(fewest)}`,
    bound: { atMost: 1.2 },
  };
  return figureOf(
    told,
    medians.map((measured, round) => ({ measured, reference: few?.medians[round] ?? Number.NaN })),
  );
}
