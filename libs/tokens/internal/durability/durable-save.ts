import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Clock, isUnavailable } from '#kernel';
import { GrantSpool, type SpooledGrant } from '#spool';
import { Drain } from './drain.js';
import { HeldAnswers } from './held-answers.js';
import { SpoolReplay } from './spool-replay.js';

const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 2_000;

/**
 * Saves that must not be lost to a database that is away. A grant goes to the spool then; what is not worth a file is
 * tried again in memory for as long as the process lives.
 */
@Injectable()
export class DurableSave implements OnModuleDestroy, BeforeApplicationShutdown {
  readonly #logger = new Logger('DurableSave');
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly spool: GrantSpool,
    private readonly replay: SpoolReplay,
    private readonly drain: Drain,
    private readonly clock: Clock,
    private readonly held: HeldAnswers,
  ) {}

  /**
   * Resolves once the grant is safe: saved, or `spooled`. Where neither the database nor the disk takes it, both are
   * tried again in memory. A save that fails in a way nobody expected loses no grant either: that is spooled too.
   * @param what for the log
   * @throws Failure `broker_unavailable` when the process stops while neither takes it
   */
  async untilSafe<Result>(
    what: string,
    grant: SpooledGrant,
    save: () => Promise<Result>,
  ): Promise<Result | 'spooled'> {
    let endHolding: (() => void) | null = null;
    const saving = this.untilSaved(what, async () => {
      try {
        return await save();
      } catch (error) {
        if (grant.kind === 'refresh') endHolding ??= this.held.begin();
        await this.spool.put(grant);
        this.#tellSpooled(what, error);
        // The database may be there: one answer that was lost is no outage whose end would be told.
        this.replay.empty();
        return 'spooled' as const;
      }
    });
    return saving.finally(() => endHolding?.());
  }

  /**
   * Resolves with its result once the save went through. It must be harmless when done twice: an answer of the database may be lost.
   * @param what for the log
   * @throws whatever is not a passing failure of the database; the last failure when the process stops meanwhile
   */
  async untilSaved<Result>(what: string, save: () => Promise<Result>): Promise<Result> {
    const saving = this.#untilSaved(what, save);
    this.#underWay.add(saving);
    try {
      return await saving;
    } finally {
      this.#underWay.delete(saving);
    }
  }

  /** A stop waits for the database, as long as it may. */
  async onModuleDestroy(): Promise<void> {
    await this.drain.until(() => [...this.#underWay]);
  }

  async #untilSaved<Result>(what: string, save: () => Promise<Result>): Promise<Result> {
    let pause = firstPauseMilliseconds;
    for (;;) {
      try {
        return await save();
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        if (this.#stopping.signal.aborted) {
          this.#logger.error(`The process stopped before ${what} could be stored.`);
          throw error;
        }
        this.#logger.warn(`${what} can't be stored yet; trying again.`);
        await this.clock.sleep(pause, this.#stopping.signal);
        pause = Math.min(pause * 2, longestPauseMilliseconds);
      }
    }
  }

  #tellSpooled(what: string, error: unknown): void {
    if (isUnavailable(error)) {
      this.#logger.warn(`${what} is in the spool until the database can take it.`);
      return;
    }
    const why = error instanceof Error ? error.message : 'unknown';
    this.#logger.error(`A defect: ${what} could not be saved (${why}), and is in the spool.`);
  }

  /** Called when the drain's time is over. */
  giveUp(): void {
    this.#stopping.abort();
  }

  beforeApplicationShutdown(): void {
    this.giveUp();
  }
}
