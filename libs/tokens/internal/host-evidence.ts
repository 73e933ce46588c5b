import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#kernel';
import { ConnectionLeases, type ConnectionRecord } from '#store';

/** How far back an answer to another connection says something of now. */
const windowMilliseconds = 30 * 60_000;
/** Fewer connections that are turned down are each one's own matter. */
const fewestForMany = 3;
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

  /** Its refresh was turned down in unclear words. */
  wasDeclined(asker: Asker): void {
    this.#of(asker).wasDeclined(asker.connectionId, this.clock.monotonicMilliseconds());
  }

  /** @param withinSeconds at most so long ago; half an hour at most */
  othersDoWell(asker: Asker, withinSeconds: number): boolean {
    const since = this.#since(Math.min(withinSeconds * 1_000, windowMilliseconds));
    return this.#of(asker).othersDidWell(asker.connectionId, since);
  }

  /** Half of the connections that were answered lately were turned down: that is no connection's own matter. */
  manyAreDeclined(asker: Asker): boolean {
    return this.#of(asker).manyAreDeclined(this.#since(windowMilliseconds));
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

class HostAnswers {
  /** When each connection did well, and was turned down, last. */
  readonly #good = new Map<string, number>();
  readonly #declined = new Map<string, number>();
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
    for (const id of others) this.#freed.add(id);
    return others;
  }

  wasDeclined(connectionId: string, at: number): void {
    remember(this.#declined, connectionId, at, mostConnections);
    this.#freed.delete(connectionId);
    if (this.#freed.size > mostConnections) this.#freed.clear();
  }

  othersDidWell(connectionId: string, since: number): boolean {
    // One that was turned down after it did well is no witness.
    return [...this.#good].some(
      ([id, at]) => id !== connectionId && at >= since && (this.#declined.get(id) ?? -Infinity) < at,
    );
  }

  manyAreDeclined(since: number): boolean {
    const declined = [...this.#declined].filter(([, at]) => at >= since).length;
    const doing = [...this.#good].filter(([id, at]) => at >= since && !this.#declined.has(id)).length;
    return declined >= fewestForMany && declined >= doing;
  }
}

/** The oldest gives way. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
}
