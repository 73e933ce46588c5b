import { LRUCache } from 'lru-cache';
import type { Clock } from '#kernel';
import { giveBack, spend, type Quota, type Standing } from './allowance.js';

/**
 * One quota for each of many subjects, in bounded memory. Where there are more of them than places, the one that was
 * quiet for longest is forgotten and starts anew: who wants to be forgotten has to bring as many others as there are
 * places, each of which has a quota of its own, and so gains nothing by it.
 */
export class RateLimit {
  readonly #fullAt: LRUCache<string, number>;

  constructor(
    readonly quota: Quota,
    private readonly clock: Clock,
    places: number,
  ) {
    this.#fullAt = new LRUCache({ max: places });
  }

  /** Spends one of the subject's, where one is left. */
  spend(subject: string): Standing {
    const last = this.#fullAt.get(subject) ?? -Infinity;
    const { fullAt, standing } = spend(last, this.clock.monotonicMilliseconds(), this.quota);
    this.#fullAt.set(subject, fullAt);
    return standing;
  }

  /** Takes one spending of the subject's back. */
  giveBack(subject: string): void {
    const fullAt = this.#fullAt.get(subject);
    if (fullAt !== undefined) this.#fullAt.set(subject, giveBack(fullAt, this.quota));
  }
}
