const ceilingSeconds = 3_600;
const firstSeconds = 5;

/**
 * Full jitter that doubles: the n-th failure in a row waits between nothing and 5 s × 2ⁿ⁻¹. What fails for ever ends at
 * no more than one call an hour, so the last step only lengthens.
 * @param random from [0, 1)
 */
export function passingBackOffSeconds(failuresInARow: number, random: number): number {
  const ceiling = doubled(failuresInARow);
  return ceiling >= ceilingSeconds ? atMostHourly(random) : ceiling * random;
}

/**
 * After an answer with unknown outcome the first retry comes within 5 s, then twice as late each time: a repeated
 * sending risks a revocation by reuse, so it never comes at once.
 * @param random from [0, 1)
 */
export function unansweredBackOffSeconds(unansweredInARow: number, random: number): number {
  const ceiling = doubled(unansweredInARow);
  return ceiling >= ceilingSeconds ? atMostHourly(random) : ceiling * (0.5 + random / 2);
}

/**
 * How long a refresh is not repeated only because its token lived shorter than a caller wants: 5 s, doubling up to half
 * of the token's life.
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
