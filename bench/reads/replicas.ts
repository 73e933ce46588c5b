import type { Benchmark, BenchOptions } from '../frame/benchmark.js';
import { figureOf, type Figure } from '../frame/figure.js';
import { askEach, load } from '../load/load.js';
import { Stage } from '../stage/stage.js';
import { storeTokens } from './token-database.js';

const tokens = 10_000;
const connections = 60;
const roundMilliseconds = 2_000;
const most = 3;

/** What further replicas bring on the machine's own processors, which they share with the one who asks. */
export const replicas: Benchmark = {
  name: 'replicas',
  async run({ rounds }: BenchOptions): Promise<readonly Figure[]> {
    await using stage = await Stage.open();
    const { databaseUrl, requests } = await storeTokens(stage, 'replicas', tokens, tokens);
    const ports: number[] = [];
    while (ports.length < most) {
      const { port } = await stage.broker(databaseUrl);
      await askEach(port, requests);
      ports.push(port);
    }
    const perSecond: number[][] = ports.map(() => []);
    for (let round = 0; round <= rounds; round += 1) {
      for (const [index, results] of perSecond.entries()) {
        const asked = ports.slice(0, index + 1);
        const result = await load({ ports: asked, connections, milliseconds: roundMilliseconds, requests });
        // The first round warms up.
        if (round > 0) results.push(result.perSecond);
      }
    }
    return perSecond.slice(1).map((results, index) => againstOne(index + 2, results, perSecond[0] ?? []));
  },
};

function againstOne(count: number, results: readonly number[], ofOne: readonly number[]): Figure {
  const told = {
    name: `hot read, ${String(count)} replicas: requests`,
    unit: '/s',
    comparedWith: 'one replica',
    bound: null,
  };
  return figureOf(
    told,
    results.map((measured, round) => ({ measured, reference: ofOne[round] ?? Number.NaN })),
  );
}
