import { LRUCache } from 'lru-cache';
import type { Clock } from '#kernel';

const windowMilliseconds = 60_000;
const mostOfOneAddress = 20;
const mostOfAll = 200;
const addresses = 1_000;

/** Decides which refused requests have a line of their own: the first of each minute, of one address and of all. */
export class RefusalSample {
  readonly #byAddress = new LRUCache<string, number>({ max: addresses });
  #beganAt = -Infinity;
  #written = 0;
  #left = 0;

  constructor(private readonly clock: Clock) {}

  /** @returns whether to write the line; and how many of the minutes before had none, once */
  next(address: string): { readonly isWritten: boolean; readonly leftOut: number } {
    const leftOut = this.#beginWindow();
    const ofAddress = (this.#byAddress.get(address) ?? 0) + 1;
    const isWritten = ofAddress <= mostOfOneAddress && this.#written < mostOfAll;
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
