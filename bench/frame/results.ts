import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { versions } from 'node:process';
import type { BenchOptions } from './benchmark.js';
import { isReached, type Figure } from './figure.js';

const folder = new URL('../results/', import.meta.url);

/** Keeps what a run measured, and on what, in `bench/results/latest.json`. */
export async function keepResults(
  figures: readonly Figure[],
  { rounds, large }: BenchOptions,
): Promise<void> {
  const results = {
    at: new Date().toISOString(),
    machine: { processors: cpus().length, model: cpus()[0]?.model ?? null, memoryBytes: totalmem() },
    node: versions.node,
    rounds,
    large,
    figures: figures.map((figure) => ({ ...figure, reached: isReached(figure) })),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('latest.json', folder), `${JSON.stringify(results, null, 2)}\n`);
}
