import type { CountedHandOut } from './hand-out-store.js';

const hourMilliseconds = 3_600_000;

interface Tally {
  count: number;
  lastFingerprint: string;
  lastAt: number;
}

/** The hand-outs of one hour, by actor and connection. */
type Hour = Map<string, Map<string, Tally>>;

/**
 * Counts hand-outs in memory, by hour, actor and connection. A repeated hand-out costs two lookups and no allocation.
 * The number of entries is bounded: beyond the bound the oldest hour is dropped.
 */
export class HandOutTally {
  readonly #hours = new Map<number, Hour>();
  #size = 0;
  #dropped = 0;

  constructor(private readonly most: number) {}

  /** Number of entries. */
  get size(): number {
    return this.#size;
  }

  /** @param at milliseconds since 1970, by the database's clock */
  add(at: number, actor: string, connectionId: string, fingerprint: string): void {
    const start = at - (at % hourMilliseconds);
    const known = this.#hours.get(start)?.get(actor)?.get(connectionId);
    if (known === undefined) {
      this.#insert(start, actor, connectionId, { count: 1, lastFingerprint: fingerprint, lastAt: at });
      return;
    }
    known.count += 1;
    if (at < known.lastAt) return;
    known.lastFingerprint = fingerprint;
    known.lastAt = at;
  }

  /** Removes and returns entries up to a limit, oldest hours first. */
  take(limit: number): CountedHandOut[] {
    const taken: CountedHandOut[] = [];
    for (const start of this.#startsOldestFirst()) {
      for (const [actor, connections] of this.#hours.get(start) ?? []) {
        for (const [connectionId, { count, lastFingerprint, lastAt }] of connections) {
          if (taken.length === limit) return taken;
          taken.push({
            actor,
            connectionId,
            hour: new Date(start),
            count,
            lastFingerprint,
            lastAt: new Date(lastAt),
          });
          connections.delete(connectionId);
          this.#size -= 1;
        }
        this.#hours.get(start)?.delete(actor);
      }
      this.#hours.delete(start);
    }
    return taken;
  }

  /** Number of hand-outs dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  #insert(start: number, actor: string, connectionId: string, tally: Tally): void {
    if (this.#size >= this.most) this.#dropOldestHour();
    const actors = inserted(this.#hours, start, (): Hour => new Map());
    inserted(actors, actor, (): Map<string, Tally> => new Map()).set(connectionId, tally);
    this.#size += 1;
  }

  #dropOldestHour(): void {
    const [oldest] = this.#startsOldestFirst();
    if (oldest === undefined) return;
    for (const connections of this.#hours.get(oldest)?.values() ?? []) {
      for (const { count } of connections.values()) this.#dropped += count;
      this.#size -= connections.size;
    }
    this.#hours.delete(oldest);
  }

  #startsOldestFirst(): number[] {
    return [...this.#hours.keys()].sort((one, other) => one - other);
  }
}

function inserted<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
