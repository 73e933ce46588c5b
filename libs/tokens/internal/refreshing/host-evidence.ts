import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#kernel';
import { ConnectionLeases, type ConnectionRecord } from '#connections';

/** How far back an answer to another connection says something of now. */
const windowMilliseconds = 30 * 60_000;
/** Fewer connections that are turned down are each one's own matter. */
const fewestForMany = 3;
/** Connections whose first refusals are no further apart fall together. */
const togetherMilliseconds = 10 * 60_000;
/** A connection that waits between two refusals is remembered: its back-off lasts an hour and more. */
const memoryMilliseconds = 3 * 3_600_000;
/** Of a host that many connections use, the newest answers are evidence enough. */
const mostConnections = 2_000;
const mostHosts = 100;

/** A connection, by where its calls go. */
type Asker = Pick<ConnectionRecord, 'connectionId' | 'apiUrl' | 'apiVersion'>;

/**
 * What this replica heard lately of a host, connection by connection: a refusal in unclear words counts for something
 * only where others do well. Where several were turned down and one of them does well again, the trouble was not theirs: the
 * others are tried again at once. Times are monotonic. Bounded, and forgotten with the process.
 */
@Injectable()
export class HostEvidence {
  readonly #logger = new Logger('Refresher');
  readonly #hosts = new Map<string, HostAnswers>();

  constructor(
    private readonly clock: Clock,
    private readonly leases: ConnectionLeases,
  ) {}

  /** Deskera called its token good, or gave it a new one. */
  didWell(asker: Asker): void {
    const freed = this.#of(asker).didWell(asker.connectionId, this.clock.monotonicMilliseconds());
    if (freed.length > 0) void this.#tryAgain(asker, freed);
  }

  /** Its refresh was turned down, in whatever words. */
  wasDeclined(asker: Asker): void {
    this.#of(asker).wasDeclined(asker.connectionId, this.clock.monotonicMilliseconds());
  }

  /** It was given up for that: a few minutes later it speaks of no trouble any more. */
  wasGivenUp(asker: Asker): void {
    this.#of(asker).wasGivenUp(asker.connectionId);
  }

  /** @param withinSeconds at most so long ago; half an hour at most */
  othersDoWell(asker: Asker, withinSeconds: number): boolean {
    const since = this.#since(Math.min(withinSeconds * 1_000, windowMilliseconds));
    return this.#of(asker).othersDidWell(asker.connectionId, since);
  }

  /**
   * How many other connections were turned down first within minutes of this one, while nobody has done well since: that
   * is no connection's own matter.
   */
  othersFalling(asker: Asker): number {
    return this.#of(asker).othersFalling(asker.connectionId, this.clock.monotonicMilliseconds());
  }

  /** Where it can't be done they come again by themselves, later. */
  async #tryAgain({ apiUrl }: Asker, connectionIds: readonly string[]): Promise<void> {
    try {
      await this.leases.endPauses(connectionIds);
      this.#logger.log(
        `${String(connectionIds.length)} connections that ${apiUrl} turned down are tried again: one of them does well.`,
      );
    } catch {
      this.#logger.warn(`${String(connectionIds.length)} connections could not be made due at once.`);
    }
  }

  #since(milliseconds: number): number {
    return this.clock.monotonicMilliseconds() - milliseconds;
  }

  #of({ apiUrl, apiVersion }: Asker): HostAnswers {
    const key = `${apiVersion} ${apiUrl}`;
    const present = this.#hosts.get(key);
    if (present !== undefined) return present;
    const answers = new HostAnswers();
    remember(this.#hosts, key, answers, mostHosts);
    return answers;
  }
}

/** Refusals of one connection since it did well. */
interface Fall {
  readonly began: number;
  readonly last: number;
  readonly isGivenUp: boolean;
}

class HostAnswers {
  /** When each connection did well last. */
  readonly #good = new Map<string, number>();
  readonly #declined = new Map<string, Fall>();
  /** Of those, the ones that were made due since they were turned down. */
  readonly #freed = new Set<string>();

  /** @returns the connections whose trouble it shared, each once */
  didWell(connectionId: string, at: number): readonly string[] {
    remember(this.#good, connectionId, at, mostConnections);
    const sharedTrouble = this.#declined.size >= fewestForMany;
    const recovers = this.#declined.delete(connectionId);
    this.#freed.delete(connectionId);
    if (!recovers || !sharedTrouble) return [];
    const others = [...this.#declined.keys()].filter((id) => !this.#freed.has(id));
    for (const id of others) this.#free(id, at);
    return others;
  }

  wasDeclined(connectionId: string, at: number): void {
    const known = this.#declined.get(connectionId);
    const goesOn = known !== undefined && !known.isGivenUp && at - known.last <= memoryMilliseconds;
    const began = goesOn ? known.began : at;
    remember(this.#declined, connectionId, { began, last: at, isGivenUp: false }, mostConnections);
    this.#freed.delete(connectionId);
    if (this.#freed.size > mostConnections) this.#freed.clear();
  }

  wasGivenUp(connectionId: string): void {
    const fall = this.#declined.get(connectionId);
    if (fall !== undefined) this.#declined.set(connectionId, { ...fall, isGivenUp: true });
  }

  othersDidWell(connectionId: string, since: number): boolean {
    // One that was turned down after it did well is no witness.
    return [...this.#good].some(
      ([id, at]) => id !== connectionId && at >= since && (this.#declined.get(id)?.last ?? -Infinity) < at,
    );
  }

  othersFalling(connectionId: string, now: number): number {
    const mine = this.#declined.get(connectionId)?.began ?? now;
    const others = [...this.#declined]
      .filter(([id, fall]) => id !== connectionId && isFalling(fall, now))
      .map(([, { began }]) => began)
      .filter((began) => Math.abs(began - mine) <= togetherMilliseconds);
    const lastBegan = Math.max(...others);
    const isOver = [...this.#good].some(([id, at]) => id !== connectionId && at > lastBegan);
    return isOver ? 0 : others.length;
  }

  /** A refusal that was under way when the trouble ended must not count: its next ones do. */
  #free(connectionId: string, at: number): void {
    this.#freed.add(connectionId);
    const fall = this.#declined.get(connectionId);
    if (fall !== undefined) this.#declined.set(connectionId, { ...fall, began: at });
  }
}

/** One that was given up has told of a trouble of many for a few minutes; for longer, only of itself. */
function isFalling({ began, last, isGivenUp }: Fall, now: number): boolean {
  return now - (isGivenUp ? began : last) <= (isGivenUp ? togetherMilliseconds : memoryMilliseconds);
}

/** The oldest gives way. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
}
