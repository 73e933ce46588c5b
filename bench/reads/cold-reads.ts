import type { Benchmark, BenchOptions } from '../frame/benchmark.js';
import { figureOf, type Figure, type Pair } from '../frame/figure.js';
import { load } from '../load/load.js';
import { Stage } from '../stage/stage.js';
import { coldCallers, coldRoundMilliseconds, withoutCache } from './cold-settings.js';
import { storeTokens } from './token-database.js';

const tokens = 10_000;

/** Reads that go to the database each time, against the least that a read of a sealed token can be. */
export const coldReads: Benchmark = {
  name: 'cold-reads',
  async run({ rounds }: BenchOptions): Promise<readonly Figure[]> {
    await using stage = await Stage.open();
    const { databaseUrl, requests } = await storeTokens(stage, 'cold', tokens, tokens);
    const { port } = await stage.broker(databaseUrl, withoutCache);
    const bare = await stage.program('bench/reads/bare-select.ts', [databaseUrl, String(tokens)]);
    const measure = async (): Promise<Pair> => ({
      measured: (
        await load({
          ports: [port],
          connections: coldCallers,
          milliseconds: coldRoundMilliseconds,
          requests,
        })
      ).perSecond,
      reference: await bare.ask<number>('go'),
    });
    await measure();
    const pairs: Pair[] = [];
    while (pairs.length < rounds) pairs.push(await measure());
    const told = {
      name: 'cold read: requests',
      unit: '/s',
      comparedWith: 'a loop of named SELECTs and JWE openings',
      bound: { atLeast: 0.6 },
    };
    return [figureOf(told, pairs)];
  },
};
