import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Clock, isUnavailable } from '#kernel';
import { GrantSpool, type SpooledGrant } from '#spool';
import { Drain } from './drain.js';
import { HeldAnswers } from './held-answers.js';
import { SpoolReplay } from './spool-replay.js';

const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 2_000;

/**
 * Saves that must survive an outage of the database. A grant goes to the spool; anything else is retried in memory
 * while the process lives.
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
   * Resolves once the grant is saved, or `spooled`. If neither the database nor the disk takes it, both are retried.
   * A grant whose save fails unexpectedly is spooled as well.
   * @param what name of the grant for the log
   * @throws Failure `broker_unavailable` if the process stops while neither takes it
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
   * Resolves with the result of the save. The save must be harmless when repeated, because an answer of the database
   * may be lost.
   * @param what name of the save for the log
   * @throws every error that is not an outage of the database; the last failure if the process stops
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

  /** A stop waits for the database within its time limit. */
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

  /** Called when the time limit of the drain is over. */
  giveUp(): void {
    this.#stopping.abort();
  }

  beforeApplicationShutdown(): void {
    this.giveUp();
  }
}
