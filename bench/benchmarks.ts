import { bloat } from './bloat.js';
import type { Benchmark } from './frame/benchmark.js';
import { memory } from './memory/memory.js';
import { poll } from './poll.js';
import { coldReads } from './reads/cold-reads.js';
import { hotReads } from './reads/hot-reads.js';
import { latency } from './reads/latency.js';
import { replicas } from './reads/replicas.js';
import { refreshes } from './refreshes.js';
import { start } from './start/start.js';
import { storm } from './storm.js';
import { sweep } from './sweep.js';
import { tasks } from './tasks.js';
import { webhooks } from './webhooks.js';

/** All there are, in the order in which they are run. */
export const benchmarks: readonly Benchmark[] = [
  hotReads,
  coldReads,
  latency,
  refreshes,
  sweep,
  poll,
  storm,
  tasks,
  bloat,
  webhooks,
  memory,
  start,
  replicas,
];
