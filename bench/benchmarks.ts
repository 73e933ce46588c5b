import type { Benchmark } from './frame/benchmark.js';

/** All there are, in the order in which they are run. */
export const benchmarks: readonly Benchmark[] = [];
