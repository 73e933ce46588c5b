import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';

/** As often the event loop is asked for a turn: often enough to meet with a long task, too seldom to be felt itself. */
const lookMilliseconds = 10;
/** A call or two end meanwhile: what was decided last shows by then. */
const looksPerDecision = 4;
const firstAllowed = 2;
/** So long after a read the next is expected. */
const readersStayMilliseconds = 1_000;

/**
 * How many calls upkeep may have under way, so that reads are not held up: their answers come out of the same event loop.
 * What is late is the loop's turn, whether by upkeep itself or because the machine has no processor to spare.
 */
@Injectable()
export class UpkeepThrottle {
  #allowed = firstAllowed;
  #latest = 0;
  #looks = 0;
  #wasUsed = false;
  #readAt = -Infinity;

  constructor(private readonly clock: Clock) {}

  /** @param at by the monotonic clock */
  somebodyRead(at: number): void {
    this.#readAt = at;
  }

  /** At least one: upkeep gives way, but it is never stopped. */
  allowed(): number {
    return this.#allowed;
  }

  /**
   * Looks on until it is told to end. It begins with a few where somebody reads.
   * @param underWay how many of upkeep's calls are under way
   * @param most how many may be at best
   * @returns a function that ends it
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

/** What a while of upkeep showed. */
export interface PaceSeen {
  /** The most by which the event loop's turn came late, in milliseconds. */
  readonly lateMilliseconds: number;
  /** Whether all that is allowed was under way: what is not used shows nothing of what more would do. */
  readonly isUsed: boolean;
  /** Whether anybody reads tokens: else there is nobody to give way to. */
  readonly isRead: boolean;
}

/** So late a turn is felt by who reads a token meanwhile. */
const feltMilliseconds = 6;
/** So late comes a turn now and then, whatever there is to do. */
const usualMilliseconds = 3;
/** Fewer are not felt less, and one that hangs holds up the others. */
const fewest = 2;

/**
 * How many calls upkeep may have under way from now on. While somebody reads it is one more as long as nobody feels it, and
 * half as many as soon as somebody does; while nobody reads it is all.
 * @param most what it may have at best
 * @returns at least one
 */
export function nextAllowance(allowed: number, seen: PaceSeen, most: number): number {
  const { lateMilliseconds, isUsed, isRead } = seen;
  if (!isRead) return Math.max(1, most);
  const halved = lateMilliseconds >= feltMilliseconds ? Math.max(fewest, Math.floor(allowed / 2)) : allowed;
  const grows = isUsed && lateMilliseconds < usualMilliseconds;
  return Math.max(1, Math.min(grows ? halved + 1 : halved, most));
}
