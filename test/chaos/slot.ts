/** What a tenant's only connection must be by what was answered to us; `either` after an answer that did not come. */
export type Standing = 'disconnected' | 'connected' | 'either';

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** One tenant with one org, and what we did with its connection. Times are milliseconds since 1970. */
export class Slot {
  readonly tenantId: string;
  readonly orgId: string;
  standing: Standing = 'disconnected';
  /** Of every connect that was answered with 200, and of every disconnect answered with 204. */
  readonly connects: Interval[] = [];
  readonly disconnects: Interval[] = [];
  #busy = false;

  constructor(readonly index: number) {
    this.tenantId = `tenant-${String(index)}`;
    this.orgId = String(700_000 + index);
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
