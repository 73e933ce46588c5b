const ceilingSeconds = 3_600;
const firstSeconds = 5;

/**
 * Full jitter that doubles: the n-th consecutive failure waits between zero and 5 s × 2ⁿ⁻¹. A permanent failure
 * causes at most one call an hour, so the last step has a lower bound.
 * @param random number in [0, 1)
 */
export function passingBackOffSeconds(failuresInARow: number, random: number): number {
  const ceiling = doubled(failuresInARow);
  return ceiling >= ceilingSeconds ? atMostHourly(random) : ceiling * random;
}

/**
 * After an unknown outcome the first retry follows within 5 s, and each further one after twice the time. A repeat
 * risks a revocation by reuse detection, so it never follows at once.
 * @param random number in [0, 1)
 */
export function unansweredBackOffSeconds(unansweredInARow: number, random: number): number {
  const ceiling = doubled(unansweredInARow);
  return ceiling >= ceilingSeconds ? atMostHourly(random) : ceiling * (0.5 + random / 2);
}

/**
 * How long a refresh is not repeated only because the token's life was shorter than a caller wanted: 5 s, doubling up
 * to half of the token's life.
 */
export function fellShortSeconds(timesInARow: number, tokenLifeSeconds: number): number {
  return Math.min(doubled(timesInARow), tokenLifeSeconds / 2);
}

function doubled(count: number): number {
  return firstSeconds * 2 ** (Math.max(count, 1) - 1);
}

function atMostHourly(random: number): number {
  return ceilingSeconds * (1 + random / 5);
}
