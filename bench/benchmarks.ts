import type { Benchmark } from './frame/benchmark.js';
import { hotReads } from './reads/hot-reads.js';

/** All there are, in the order in which they are run. */
export const benchmarks: readonly Benchmark[] = [hotReads];
