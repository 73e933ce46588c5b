import { setTimeout as wait } from 'node:timers/promises';
import type { TokensService } from '../writes/tokens-service.js';

export interface Reads {
  readonly count: number;
  readonly failed: number;
  /** Milliseconds, from when a read was to be sent. */
  readonly p99: number;
}

const tickMilliseconds = 10;

/** Readers that ask on time, whether or not those before were answered: who waits for a slow answer sees no queue. */
export class OpenLoopReaders implements AsyncDisposable {
  readonly #over = new AbortController();
  readonly #running: Promise<void>;
  readonly #underWay = new Set<Promise<void>>();
  #took: number[] = [];
  #failed = 0;

  /** @param tenants are read by turns: the prefix and a number from 0 */
  constructor(
    private readonly service: TokensService,
    private readonly tenants: { readonly prefix: string; readonly count: number },
    private readonly perSecond: number,
  ) {
    this.#running = this.#read();
  }

  /** Of the reads since the last time; those under way are counted the next time. */
  take(): Reads {
    const sorted = this.#took.toSorted((one, other) => one - other);
    const reads = {
      count: sorted.length,
      failed: this.#failed,
      p99: sorted[Math.floor(sorted.length * 0.99)] ?? NaN,
    };
    this.#took = [];
    this.#failed = 0;
    return reads;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#running;
    await Promise.all(this.#underWay);
  }

  async #read(): Promise<void> {
    const each = (this.perSecond * tickMilliseconds) / 1_000;
    const from = performance.now();
    for (let tick = 0; !this.#over.signal.aborted; tick += 1) {
      const due = from + tick * tickMilliseconds;
      await wait(Math.max(0, due - performance.now()));
      for (let turn = tick * each; turn < (tick + 1) * each; turn += 1) this.#begin(turn, due);
    }
  }

  #begin(turn: number, due: number): void {
    const { prefix, count } = this.tenants;
    const read = this.service.read(`${prefix}${String(turn % count)}`, turn).then(
      (good) => {
        this.#took.push(performance.now() - due);
        if (!good) this.#failed += 1;
      },
      () => {
        this.#failed += 1;
      },
    );
    const begun = read.finally(() => this.#underWay.delete(begun));
    this.#underWay.add(begun);
  }
}
