import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { DeskeraOptions } from '../options.js';
import { DeskeraSlots, type Slot, type SlotUse } from '../slots.js';

/** Longer waits than these could give are cut off by time anyway. */
const waitingPerSlot = 32;

interface Waiter {
  readonly since: number;
  readonly give: (slot: Slot) => void;
}

/**
 * First come, first served, but that upkeep never holds the last quarter. Upkeep that waits for its share holds up no
 * on-demand call that came later.
 */
@Injectable()
export class ConcurrencyLimiter extends DeskeraSlots {
  readonly #most: Readonly<Record<SlotUse, number>>;
  readonly #held: Record<SlotUse, number> = { on_demand: 0, upkeep: 0 };
  readonly #waiting: Readonly<Record<SlotUse, Set<Waiter>>> = { on_demand: new Set(), upkeep: new Set() };
  #arrivals = 0;
  #freed = Promise.withResolvers<undefined>();

  constructor(
    { maxConcurrency }: DeskeraOptions,
    private readonly clock: Clock,
  ) {
    super();
    const kept = maxConcurrency < 2 ? 0 : Math.max(1, Math.floor(maxConcurrency / 4));
    this.#most = { on_demand: maxConcurrency, upkeep: maxConcurrency - kept };
  }

  override take(use: SlotUse, waitMilliseconds: number): Promise<Slot | null> {
    if (this.free(use) > 0) return Promise.resolve(this.#hold(use));
    const waiting = this.#waiting[use];
    if (waitMilliseconds <= 0 || waiting.size >= this.#most.on_demand * waitingPerSlot) {
      return Promise.resolve(null);
    }
    return new Promise((resolve) => {
      const waiter: Waiter = {
        since: (this.#arrivals += 1),
        give: (slot) => {
          cancel();
          resolve(slot);
        },
      };
      const cancel = this.clock.after(waitMilliseconds, () => {
        waiting.delete(waiter);
        resolve(null);
      });
      waiting.add(waiter);
    });
  }

  override most(use: SlotUse): number {
    return this.#most[use];
  }

  override async untilOneIsFree(): Promise<void> {
    await this.#freed.promise;
  }

  /** Nobody waits while a slot that he may have is free: each one that is given back is passed on at once. */
  override free(use: SlotUse): number {
    const untaken = this.#most.on_demand - this.#held.on_demand - this.#held.upkeep;
    return use === 'on_demand' ? untaken : Math.min(untaken, this.#most.upkeep - this.#held.upkeep);
  }

  #hold(use: SlotUse): Slot {
    this.#held[use] += 1;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#held[use] -= 1;
        this.#passOn();
      },
    };
  }

  #passOn(): void {
    const uses: SlotUse[] = ['on_demand', 'upkeep'];
    const first = uses
      .filter((use) => this.free(use) > 0)
      .flatMap((use) => [...this.#waiting[use].values().take(1)].map((waiter) => ({ use, waiter })))
      .sort((a, b) => a.waiter.since - b.waiter.since)[0];
    if (first === undefined) {
      this.#freed.resolve(undefined);
      this.#freed = Promise.withResolvers<undefined>();
      return;
    }
    this.#waiting[first.use].delete(first.waiter);
    first.waiter.give(this.#hold(first.use));
  }
}
