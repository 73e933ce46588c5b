import { Injectable, Logger } from '@nestjs/common';
import { Clock, Failure } from '#kernel';
import { Connections, type ConnectionSummary } from '#tokens';

/** Counting reads every connection there is: not more often than this, however many scrape. */
const pauseMilliseconds = 15_000;
const patienceMilliseconds = 1_000;
/** Older counts are not told any more. */
const oldestMilliseconds = 60_000;

interface Counted {
  readonly summary: ConnectionSummary;
  readonly at: number;
}

/** The connections, counted now and then, for scrapes that must not wait for the database. */
@Injectable()
export class ConnectionCounts {
  readonly #logger = new Logger('Metrics');
  #counted: Counted | null = null;
  #underWay: Promise<void> | null = null;
  #countAgainAt = -Infinity;

  constructor(
    private readonly connections: Connections,
    private readonly clock: Clock,
  ) {}

  /** Within a second; null where they could not be counted for a minute. Never rejects. */
  async latest(): Promise<ConnectionSummary | null> {
    if (this.clock.monotonicMilliseconds() >= this.#countAgainAt) this.#underWay ??= this.#count();
    if (this.#underWay !== null) await this.#atMostASecond(this.#underWay);
    const age = this.clock.monotonicMilliseconds() - (this.#counted?.at ?? -Infinity);
    return age <= oldestMilliseconds ? (this.#counted?.summary ?? null) : null;
  }

  async #count(): Promise<void> {
    const at = this.clock.monotonicMilliseconds();
    this.#countAgainAt = at + pauseMilliseconds;
    try {
      this.#counted = { summary: await this.connections.summary(), at };
    } catch (error) {
      // That the database is away is told elsewhere, and by one who knows.
      if (!(error instanceof Failure)) this.#logger.warn({ msg: 'Connections were not counted', err: error });
    } finally {
      this.#underWay = null;
    }
  }

  async #atMostASecond(work: Promise<void>): Promise<void> {
    const over = new AbortController();
    await Promise.race([work, this.clock.sleep(patienceMilliseconds, over.signal)]);
    over.abort();
  }
}
