import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';

/**
 * Interval at which the delay of the event loop is measured: short enough to meet a long task, too long to be felt.
 */
const lookMilliseconds = 10;
/** Interval of decisions: a call or two end meanwhile, so that the last decision has an effect. */
const looksPerDecision = 4;
const firstAllowed = 2;
/** Time after a read for which further reads are expected. */
const readersStayMilliseconds = 1_000;

/**
 * Limits upkeep's concurrent calls, so that reads, which share the event loop, are not delayed. Measures the delay of
 * the event loop, whether caused by upkeep or by a busy machine.
 */
@Injectable()
export class UpkeepThrottle {
  #allowed = firstAllowed;
  #latest = 0;
  #looks = 0;
  #wasUsed = false;
  #readAt = -Infinity;

  constructor(private readonly clock: Clock) {}

  /** @param at monotonic milliseconds */
  somebodyRead(at: number): void {
    this.#readAt = at;
  }

  /** At least one: upkeep yields to token reads but never stops. */
  allowed(): number {
    return this.#allowed;
  }

  /**
   * Measures until it is ended. Starts with a few calls while tokens are read.
   * @param underWay number of upkeep's calls in flight
   * @param most maximum number of calls
   * @returns a function that ends the measurement
   */
  watch(underWay: () => number, most: number): () => void {
    this.#allowed = this.#isRead() ? Math.min(firstAllowed, most) : most;
    this.#forget();
    let cancel = (): void => undefined;
    const look = (): void => {
      const due = this.clock.monotonicMilliseconds() + lookMilliseconds;
      cancel = this.clock.after(lookMilliseconds, () => {
        this.#look(this.clock.monotonicMilliseconds() - due, underWay(), most);
        look();
      });
    };
    look();
    return () => {
      cancel();
    };
  }

  #look(lateMilliseconds: number, underWay: number, most: number): void {
    this.#latest = Math.max(this.#latest, lateMilliseconds);
    this.#wasUsed ||= underWay >= this.#allowed;
    this.#looks += 1;
    if (this.#looks < looksPerDecision) return;
    const seen = { lateMilliseconds: this.#latest, isUsed: this.#wasUsed, isRead: this.#isRead() };
    this.#allowed = nextAllowance(this.#allowed, seen, most);
    this.#forget();
  }

  #isRead(): boolean {
    return this.clock.monotonicMilliseconds() - this.#readAt < readersStayMilliseconds;
  }

  #forget(): void {
    this.#latest = 0;
    this.#looks = 0;
    this.#wasUsed = false;
  }
}

/** Observations of one interval of upkeep. */
export interface PaceSeen {
  /** The longest delay of the event loop, in milliseconds. */
  readonly lateMilliseconds: number;
  /** Whether all allowed calls were in flight: an unused allowance says nothing about a larger one. */
  readonly isUsed: boolean;
  /** Whether tokens are read: otherwise upkeep need not yield. */
  readonly isRead: boolean;
}

/** Delay that token reads notice. */
const feltMilliseconds = 6;
/** Delay that occurs at any load. */
const usualMilliseconds = 3;
/** Minimum: fewer calls are not noticed less, and one that hangs would delay the others. */
const fewest = 2;

/**
 * Number of calls that upkeep may have in flight from now on. While tokens are read it grows by one as long as no
 * delay is noticed, and is halved as soon as one is; otherwise it is the maximum.
 * @param most maximum number of calls
 * @returns at least one
 */
export function nextAllowance(allowed: number, seen: PaceSeen, most: number): number {
  const { lateMilliseconds, isUsed, isRead } = seen;
  if (!isRead) return Math.max(1, most);
  const halved = lateMilliseconds >= feltMilliseconds ? Math.max(fewest, Math.floor(allowed / 2)) : allowed;
  const grows = isUsed && lateMilliseconds < usualMilliseconds;
  return Math.max(1, Math.min(grows ? halved + 1 : halved, most));
}
