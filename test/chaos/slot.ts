/** What a tenant's only connection must be by what was answered to us; `either` after an answer that did not come. */
export type Standing = 'disconnected' | 'connected' | 'either';

interface Interval {
  readonly from: number;
  readonly to: number;
  /** A failover may have lost it. */
  readonly uncertain: boolean;
}

/** One tenant with one org, and what we did with its connection. Times are milliseconds since 1970. */
export class Slot {
  readonly tenantId: string;
  readonly orgId: string;
  readonly apiVersion: 'v1' | 'v2';
  standing: Standing = 'disconnected';
  /** Of every connect that was answered with 200, and of every disconnect answered with 204. */
  connects: Interval[] = [];
  disconnects: Interval[] = [];
  #busy = false;

  constructor(readonly index: number) {
    this.tenantId = `tenant-${String(index)}`;
    this.orgId = String(700_000 + index);
    this.apiVersion = index % 2 === 0 ? 'v1' : 'v2';
  }

  connected(from: number, to: number): void {
    this.connects.push({ from, to, uncertain: false });
    this.standing = 'connected';
  }

  disconnected(from: number, to: number): void {
    this.disconnects.push({ from, to, uncertain: false });
    this.standing = 'disconnected';
  }

  /** Whatever was answered within that time may be lost, or not. */
  doubt(from: number, to: number): void {
    const doubted = (interval: Interval): Interval =>
      interval.to >= from && interval.from <= to ? { ...interval, uncertain: true } : interval;
    this.connects = this.connects.map(doubted);
    this.disconnects = this.disconnects.map(doubted);
    const last = [...this.connects, ...this.disconnects].toSorted((a, b) => a.to - b.to).at(-1);
    if (last?.uncertain === true) this.standing = 'either';
  }

  /** Connects and disconnects of a slot do not overlap; null where one is under way. */
  async alone<Result>(act: () => Promise<Result>): Promise<Result | null> {
    if (this.#busy) return null;
    this.#busy = true;
    try {
      return await act();
    } finally {
      this.#busy = false;
    }
  }

  get isBusy(): boolean {
    return this.#busy;
  }

  /** The last connect that was answered at least so long before that moment. */
  connectBefore(at: number): Interval | null {
    return this.connects.findLast(({ to }) => to <= at) ?? null;
  }

  disconnectBefore(at: number): Interval | null {
    return this.disconnects.findLast(({ to }) => to <= at) ?? null;
  }
}
