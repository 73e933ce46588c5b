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
