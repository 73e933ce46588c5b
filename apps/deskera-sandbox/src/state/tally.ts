export interface TallySnapshot {
  readonly calls: number;
  readonly inFlight: number;
  readonly maxConcurrent: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Counts calls of one sort from their arrival to their end. */
export class Tally {
  private calls = 0;
  private inFlight = 0;
  private maxConcurrent = 0;
  private readonly outcomes = new Map<string, number>();

  begin(): void {
    this.calls += 1;
    this.inFlight += 1;
    this.maxConcurrent = Math.max(this.maxConcurrent, this.inFlight);
  }

  end(outcome: string): void {
    this.inFlight -= 1;
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  snapshot(): TallySnapshot {
    const { calls, inFlight, maxConcurrent } = this;
    return { calls, inFlight, maxConcurrent, outcomes: Object.fromEntries(this.outcomes) };
  }
}
