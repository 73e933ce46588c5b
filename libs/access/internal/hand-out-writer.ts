import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Failure } from '#kernel';
import { DatabaseTime } from '#database';
import { HandOutStore, type HandOutBatch } from './hand-out-store.js';
import type { Caller } from '../caller.js';
import { HandOuts } from '../hand-outs.js';
import { HandOutTally } from './hand-out-tally.js';

/** Different ones in memory, about 16 MB: what is handed out in the half a minute that reads outlive the database is far less. */
const mostHandOuts = 50_000;
const handOutsPerBatch = 1_000;

/**
 * Counts in memory and writes in batches. A batch that was begun stays what it is until the database has answered: it may
 * be in there already, and only the same batch under the same number is not counted twice. What comes meanwhile goes to
 * the next one.
 */
@Injectable()
export class HandOutWriter extends HandOuts {
  readonly #logger = new Logger('HandOuts');
  readonly #writerId = randomUUID();
  readonly #tally = new HandOutTally(mostHandOuts);
  #begun: HandOutBatch | null = null;
  #number = 0;

  constructor(
    private readonly store: HandOutStore,
    private readonly time: DatabaseTime,
  ) {
    super();
  }

  /** The hour is the database's: whoever has a token to hand out has read from the database before. */
  override count(caller: Caller, connectionId: string, fingerprint: string): void {
    this.#tally.add(Math.trunc(this.time.nowMilliseconds()), caller.actor, connectionId, fingerprint);
  }

  /** How many different ones are not known to be written. */
  get unwritten(): number {
    return this.#tally.size + (this.#begun?.handOuts.length ?? 0);
  }

  /**
   * Writes all that was counted before this was called; not to be called again before it has ended.
   * @throws Failure `broker_unavailable`: the rest is kept
   */
  async write(): Promise<void> {
    for (let left = this.unwritten; left > 0;) {
      this.#begun ??= this.#nextBatch();
      if (this.#begun === null) break;
      await this.#add(this.#begun);
      left -= this.#begun.handOuts.length;
      this.#begun = null;
    }
    this.tellDropped();
  }

  /** To be called once more at the end. */
  tellDropped(): void {
    const dropped = this.#tally.takeDropped();
    if (dropped === 0) return;
    this.#logger.warn(
      `${String(dropped)} hand-outs are missing in the history: more came in than was kept for the database.`,
    );
  }

  #nextBatch(): HandOutBatch | null {
    const handOuts = this.#tally.take(handOutsPerBatch);
    if (handOuts.length === 0) return null;
    this.#number += 1;
    return { writerId: this.#writerId, number: this.#number, handOuts };
  }

  /** A batch that is a defect, and not just unlucky, would fail for ever and keep back all that come after it. */
  async #add(batch: HandOutBatch): Promise<void> {
    try {
      await this.store.add(batch);
    } catch (error) {
      if (error instanceof Failure) throw error;
      const what = error instanceof Error ? error.message : 'unknown';
      this.#logger.error(`A defect: ${String(batch.handOuts.length)} counts can't be written (${what}).`);
    }
  }
}
