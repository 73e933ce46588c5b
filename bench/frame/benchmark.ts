import type { Figure } from './figure.js';

export interface BenchOptions {
  /** How often both sides are measured, one after the other. */
  readonly rounds: number;
  /** Also what takes longer than everybody's patience. */
  readonly large: boolean;
}

/** One row of the benchmark. */
export interface Benchmark {
  /** By which it is called alone: `npm run bench -- reads`. */
  readonly name: string;
  run(options: BenchOptions): Promise<readonly Figure[]>;
}
