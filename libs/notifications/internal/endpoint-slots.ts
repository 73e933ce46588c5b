/** What is under way for each endpoint: so many calls at most, so that one that hangs holds up no other. */
export class EndpointSlots {
  readonly #underWay = new Map<string, number>();

  constructor(private readonly each: number) {}

  /** Those that have no slot left. */
  full(): readonly string[] {
    return [...this.#underWay].filter(([, count]) => count >= this.each).map(([endpointId]) => endpointId);
  }

  /** How many may be taken at once of those that are not full, were they all of the busiest. */
  mostAtOnce(): number {
    const busy = [...this.#underWay.values()].filter((count) => count < this.each);
    return this.each - Math.max(0, ...busy);
  }

  take(endpointId: string): void {
    this.#underWay.set(endpointId, (this.#underWay.get(endpointId) ?? 0) + 1);
  }

  /** @returns whether it was full: what is due for it was left aside, if there is any */
  giveBack(endpointId: string): boolean {
    const count = this.#underWay.get(endpointId) ?? 0;
    if (count > 1) this.#underWay.set(endpointId, count - 1);
    else this.#underWay.delete(endpointId);
    return count >= this.each;
  }
}
