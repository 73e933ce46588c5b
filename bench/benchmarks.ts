import type { Benchmark } from './frame/benchmark.js';
import { memory } from './memory/memory.js';
import { coldReads } from './reads/cold-reads.js';
import { hotReads } from './reads/hot-reads.js';
import { replicas } from './reads/replicas.js';
import { latency } from './reads/latency.js';
import { start } from './start/start.js';

/** All there are, in the order in which they are run. */
export const benchmarks: readonly Benchmark[] = [hotReads, coldReads, latency, memory, start, replicas];
