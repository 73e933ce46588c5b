import { LRUCache } from 'lru-cache';
import type { Clock } from '#kernel';

const windowMilliseconds = 60_000;
const addresses = 1_000;

/** Lines in a minute. */
export interface SampleSize {
  readonly ofOneAddress: number;
  readonly ofAll: number;
}

/** Of those that were refused, and of those that anybody may send: pages for people, callbacks. */
export const refusedSample: SampleSize = { ofOneAddress: 20, ofAll: 200 };
export const publicSample: SampleSize = { ofOneAddress: 200, ofAll: 1_000 };

/** Decides which requests without a good key have a line of their own: the first of each minute, of one address and of all. */
export class RefusalSample {
  readonly #byAddress = new LRUCache<string, number>({ max: addresses });
  #beganAt = -Infinity;
  #written = 0;
  #left = 0;

  constructor(
    private readonly clock: Clock,
    private readonly size: SampleSize,
  ) {}

  /** @returns whether to write the line; and how many of the minutes before had none, once */
  next(address: string): { readonly isWritten: boolean; readonly leftOut: number } {
    const leftOut = this.#beginWindow();
    const ofAddress = (this.#byAddress.get(address) ?? 0) + 1;
    const isWritten = ofAddress <= this.size.ofOneAddress && this.#written < this.size.ofAll;
    if (isWritten) {
      this.#byAddress.set(address, ofAddress);
      this.#written += 1;
    } else this.#left += 1;
    return { isWritten, leftOut };
  }

  #beginWindow(): number {
    const now = this.clock.monotonicMilliseconds();
    if (now - this.#beganAt < windowMilliseconds) return 0;
    const leftOut = this.#left;
    this.#byAddress.clear();
    [this.#beganAt, this.#written, this.#left] = [now, 0, 0];
    return leftOut;
  }
}
