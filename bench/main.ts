import { benchmarks as all } from './benchmarks.js';
import { isReached, type Figure } from './frame/figure.js';
import { keepResults } from './frame/results.js';
import { tableOf } from './frame/table.js';
import { readBenchRun } from './options.js';

/** `npm run bench`: exits with 1 where a bound is missed. */
const say = (text: string): void => void process.stdout.write(`${text}\n`);

// So that what was started ends with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const { benchmarks, ...options } = readBenchRun(process.argv.slice(2), all);
const figures: Figure[] = [];
for (const benchmark of benchmarks) {
  const from = performance.now();
  figures.push(...(await benchmark.run(options)));
  process.stderr.write(`${benchmark.name}: ${String(Math.round((performance.now() - from) / 1_000))} s\n`);
}
say(tableOf(figures));
await keepResults(figures, options);
const missed = figures.filter((figure) => !isReached(figure));
say(missed.length === 0 ? 'every bound is kept' : `${String(missed.length)} bounds are missed`);
process.exitCode = missed.length === 0 ? 0 : 1;
