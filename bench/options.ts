import { parseArgs } from 'node:util';
import type { Benchmark, BenchOptions } from './frame/benchmark.js';

export interface BenchRun extends BenchOptions {
  /** Those that were named, or all, in the order of the list. */
  readonly benchmarks: readonly Benchmark[];
}

const usualRounds = 5;

/**
 * `npm run bench -- reads start --rounds 7`; `large` may stand among the names or be `--large`.
 *
 * @throws where the command line names what there is not
 */
export function readBenchRun(args: readonly string[], all: readonly Benchmark[]): BenchRun {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { rounds: { type: 'string' }, large: { type: 'boolean' } },
    allowPositionals: true,
  });
  const names = positionals.filter((word) => word !== 'large');
  const unknown = names.filter((name) => !all.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(', ');
    throw new Error(`There is no benchmark ${unknown.join(', ')}: there are ${known}, and "large".`);
  }
  return {
    rounds: rounds(values.rounds),
    large: values.large === true || positionals.includes('large'),
    benchmarks: names.length === 0 ? all : all.filter(({ name }) => names.includes(name)),
  };
}

function rounds(text: string | undefined): number {
  if (text === undefined) return usualRounds;
  if (!/^[1-9]\d?$/.test(text)) throw new Error('--rounds is a whole number from 1 to 99.');
  return Number(text);
}
