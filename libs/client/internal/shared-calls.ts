import { until } from './waits.js';

export interface SharedKey {
  readonly tenantId: string;
  /** What else makes two calls the same. */
  readonly rest: readonly unknown[];
}

/** A call under way that any number of callers wait for. */
interface Flight<T> {
  readonly tenantId: string;
  readonly result: Promise<T>;
  readonly leaving: AbortController;
  waiting: number;
  settled: boolean;
}

export interface SharedCall {
  /** Aborted once all callers have left. */
  readonly signal: AbortSignal;
  /** Whether callers may still join it; no longer once the tenant was forgotten. */
  isCurrent(): boolean;
}

/** One call for callers that want the same at the same time. Nothing of it stays once it has ended. */
export class SharedCalls<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** @throws what the call throws; the signal's reason, to this caller alone, where that comes first */
  async join(
    key: SharedKey,
    start: (call: SharedCall) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    signal?.throwIfAborted();
    const name = JSON.stringify([key.tenantId, ...key.rest]);
    const flight = this.#flights.get(name) ?? this.#begin(name, key.tenantId, start);
    flight.waiting += 1;
    try {
      return await until(flight.result, signal);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0 && !flight.settled) {
        this.#remove(name, flight);
        flight.leaving.abort();
      }
    }
  }

  /** Who comes from now on joins no call that began before; those who wait for one still get what it brings. */
  forget(tenantId: string): void {
    for (const [name, flight] of this.#flights) {
      if (flight.tenantId === tenantId) this.#remove(name, flight);
    }
  }

  #begin(name: string, tenantId: string, start: (call: SharedCall) => Promise<T>): Flight<T> {
    const leaving = new AbortController();
    const { promise, resolve } = Promise.withResolvers<T>();
    const flight: Flight<T> = { tenantId, result: promise, leaving, waiting: 0, settled: false };
    this.#flights.set(name, flight);
    const result = start({
      signal: leaving.signal,
      isCurrent: () => this.#flights.get(name) === flight,
    }).finally(() => {
      flight.settled = true;
      this.#remove(name, flight);
    });
    // Those who wait are told; where all have left, nobody has to be.
    promise.catch(() => undefined);
    resolve(result);
    return flight;
  }

  #remove(name: string, flight: Flight<T>): void {
    if (this.#flights.get(name) === flight) this.#flights.delete(name);
  }
}
