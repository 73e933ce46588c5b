import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Clock, Failure } from '#kernel';
import { drained } from './drain.js';

const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 2_000;

/** Saves that must not be lost to a database that is away: tried again in memory for as long as the process lives. */
@Injectable()
export class DurableSave implements OnModuleDestroy, BeforeApplicationShutdown {
  readonly #logger = new Logger('DurableSave');
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(private readonly clock: Clock) {}

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
    await drained(this.clock, this.#underWay);
  }

  async #untilSaved<Result>(what: string, save: () => Promise<Result>): Promise<Result> {
    let pause = firstPauseMilliseconds;
    for (;;) {
      try {
        return await save();
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'broker_unavailable') throw error;
        if (this.#stopping.signal.aborted) {
          this.#logger.error(`The database did not take ${what} before the process stopped.`);
          throw error;
        }
        this.#logger.warn(`The database does not take ${what} yet; trying again.`);
        await this.clock.sleep(pause, this.#stopping.signal);
        pause = Math.min(pause * 2, longestPauseMilliseconds);
      }
    }
  }

  /** Called when the drain's time is over. */
  giveUp(): void {
    this.#stopping.abort();
  }

  beforeApplicationShutdown(): void {
    this.giveUp();
  }
}
