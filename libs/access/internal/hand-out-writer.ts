import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Failure } from '#kernel';
import { DatabaseTime } from '#database';
import { HandOutStore, type HandOutBatch } from './hand-out-store.js';
import type { Caller } from '../caller.js';
import { HandOuts } from '../hand-outs.js';
import { HandOutTally } from './hand-out-tally.js';

/**
 * Maximum number of entries, about 16 MB: far more than the hand-outs of the half minute for which reads survive an
 * outage of the database.
 */
const mostHandOuts = 50_000;
const handOutsPerBatch = 1_000;

/**
 * Counts in memory and writes in batches. A started batch stays unchanged until the database has answered, because it
 * may be stored already: only the same batch under the same number is not counted twice. New hand-outs go to the next
 * batch.
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

  /** The hour is by the database's clock, which is known: a token to hand out was read from the database. */
  override count(caller: Caller, connectionId: string, fingerprint: string): void {
    this.#tally.add(Math.trunc(this.time.nowMilliseconds()), caller.actor, connectionId, fingerprint);
  }

  /** Number of entries that are not known to be written. */
  get unwritten(): number {
    return this.#tally.size + (this.#begun?.handOuts.length ?? 0);
  }

  /**
   * Writes all hand-outs that were counted before the call. Calls must not overlap.
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

  /** Call it once more at the end. */
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

  /** A batch that fails because of a defect would fail forever and block all later ones. */
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
