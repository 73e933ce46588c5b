import type { Benchmark, BenchOptions } from '../frame/benchmark.js';
import { figureOf, type Figure, type Pair } from '../frame/figure.js';
import { askEach } from '../load/load.js';
import { storeTokens, type TokenDatabase } from '../reads/token-database.js';
import { Program } from '../stage/program.js';
import { Stage } from '../stage/stage.js';

const tokens = 5_000;
/** Read before anything is weighed: code is compiled and pools are open then. */
const warmUp = 500;
const megabyte = 1_048_576;
const mostAtStart = 150;

/** What a replica holds when it has started, and for each token in its memory. */
export const memory: Benchmark = {
  name: 'memory',
  async run({ rounds }: BenchOptions): Promise<readonly Figure[]> {
    await using stage = await Stage.open();
    const database = await storeTokens(stage, 'memory', tokens + warmUp, tokens + warmUp);
    const atStart: Pair[] = [];
    const perToken: Pair[] = [];
    while (perToken.length < rounds) {
      atStart.push({ measured: await residentAtStart(stage, database), reference: mostAtStart });
      perToken.push({
        measured: await bytesPerToken(stage, database),
        reference: await bytesPerString(stage),
      });
    }
    return [
      figureOf(
        { name: 'memory at start', unit: 'MB', comparedWith: 'the bound', bound: { atMost: 1 } },
        atStart,
      ),
      figureOf(
        {
          name: 'memory per cached token',
          unit: 'bytes',
          comparedWith: 'a Map of strings',
          bound: { atMost: 1.5 },
        },
        perToken,
      ),
    ];
  },
};

async function residentAtStart(stage: Stage, { databaseUrl }: TokenDatabase): Promise<number> {
  const { program } = await stage.broker(databaseUrl);
  await using started = program;
  return started.residentBytes() / megabyte;
}

async function bytesPerToken(stage: Stage, { databaseUrl, requests }: TokenDatabase): Promise<number> {
  const { program, port } = await stage.broker(databaseUrl, {}, Program.weighed);
  await using broker = program;
  // Each twice: the second time it is hot, and its answer is prepared.
  for (let time = 0; time < 2; time += 1) await askEach(port, requests.slice(0, warmUp));
  const before = await broker.holdings();
  for (let time = 0; time < 2; time += 1) await askEach(port, requests.slice(warmUp));
  return ((await broker.holdings()).used - before.used) / tokens;
}

async function bytesPerString(stage: Stage): Promise<number> {
  await using bare = await stage.program('bench/memory/bare-map.ts', [String(tokens)], Program.weighed);
  const before = await bare.holdings();
  await bare.ask('fill');
  return ((await bare.holdings()).used - before.used) / tokens;
}
