import type { Benchmark, BenchOptions } from '../frame/benchmark.js';
import { figureOf, type Figure, type Pair } from '../frame/figure.js';
import { askEach, load, type LoadResult } from '../load/load.js';
import { Stage } from '../stage/stage.js';
import { storeTokens } from './token-database.js';

const tokens = 10_000;
const connectionCounts = [10, 50];
const roundMilliseconds = 2_500;
const warmUpMilliseconds = 1_500;

const comparedWith = 'bare node:http, the same bytes';

/** Reads of cached tokens against a bare server that answers the same bytes. */
export const hotReads: Benchmark = {
  name: 'reads',
  async run(options: BenchOptions): Promise<readonly Figure[]> {
    await using stage = await Stage.open();
    const { databaseUrl, authorization, requests } = await storeTokens(stage, 'reads', tokens, tokens);
    const broker = await stage.broker(databaseUrl);
    await askEach(broker.port, requests);
    const bare = await stage.program('bench/reads/bare-server.ts', [
      String(broker.port),
      authorization,
      String(tokens),
    ]);
    const ports = { measured: broker.port, reference: await bare.listensOn() };
    const figures: Figure[] = [];
    for (const connections of connectionCounts) {
      const ask = (port: number, milliseconds = roundMilliseconds): Promise<LoadResult> =>
        load({ ports: [port], connections, milliseconds, requests });
      for (const port of Object.values(ports)) await ask(port, warmUpMilliseconds);
      const rounds: Record<keyof Pair, LoadResult>[] = [];
      while (rounds.length < options.rounds) {
        const measured = await ask(ports.measured);
        rounds.push({ measured, reference: await ask(ports.reference) });
      }
      figures.push(...figuresOf(connections, rounds));
    }
    return figures;
  },
};

function figuresOf(
  connections: number,
  rounds: readonly Record<keyof Pair, LoadResult>[],
): readonly Figure[] {
  const what = `hot read, ${String(connections)} connections`;
  const pairs = (of: (result: LoadResult) => number): Pair[] =>
    rounds.map(({ measured, reference }) => ({ measured: of(measured), reference: of(reference) }));
  return [
    figureOf(
      { name: `${what}: requests`, unit: '/s', comparedWith, bound: { atLeast: 0.7 } },
      pairs(({ perSecond }) => perSecond),
    ),
    figureOf(
      { name: `${what}: p99`, unit: 'ms', comparedWith, bound: { atMost: 2 } },
      pairs(({ p99Milliseconds }) => p99Milliseconds),
    ),
  ];
}
