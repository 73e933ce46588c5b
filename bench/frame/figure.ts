/** What a ratio must be, or null where a figure is only reported. */
export type Bound = { readonly atLeast: number } | { readonly atMost: number } | null;

/** One line of the benchmark's table: something of the broker's against something measured in the same run. */
export interface Figure {
  /** Such as `hot read, 50 connections: requests/s`. */
  readonly name: string;
  readonly unit: string;
  /** Medians over the rounds. */
  readonly measured: number;
  readonly reference: number;
  /** What `reference` is of. */
  readonly comparedWith: string;
  /** Median of the rounds' own ratios; noise that lasts for a round falls out of it. */
  readonly ratio: number;
  readonly bound: Bound;
}

/** Measured once per round, both sides one after the other. */
export interface Pair {
  readonly measured: number;
  readonly reference: number;
}

export function figureOf(
  told: Pick<Figure, 'name' | 'unit' | 'comparedWith' | 'bound'>,
  rounds: readonly Pair[],
): Figure {
  return {
    ...told,
    measured: median(rounds.map(({ measured }) => measured)),
    reference: median(rounds.map(({ reference }) => reference)),
    ratio: median(rounds.map(({ measured, reference }) => measured / reference)),
  };
}

export function isReached({ ratio, bound }: Figure): boolean {
  if (bound === null) return true;
  return 'atLeast' in bound ? ratio >= bound.atLeast : ratio <= bound.atMost;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('a median of nothing');
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('a median of nothing');
  return (low + high) / 2;
}
