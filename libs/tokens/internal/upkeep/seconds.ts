export function secondsAfter(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1_000);
}

/** Seconds from one time to a later one; negative where it is earlier. */
export function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1_000;
}

export function earliest(...times: (Date | null)[]): Date | null {
  return times.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

export function latest(time: Date, ...others: (Date | null)[]): Date {
  return others.reduce<Date>((a, b) => (b !== null && b > a ? b : a), time);
}
