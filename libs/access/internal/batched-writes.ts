import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#kernel';
import { HandOutStore } from './hand-out-store.js';
import { AccessUpkeep } from '../access-upkeep.js';
import { HandOutWriter } from './hand-out-writer.js';
import { KeyUses } from './key-uses.js';
import { inTime } from './patience.js';

/** The rest of the time of a stop is needed for closing. */
const lastWriteMilliseconds = 2_000;
/** Small batches, so that no statement locks many rows or takes long. */
const prunedPerStep = 1_000;
const stepsPerRound = 100;

@Injectable()
export class BatchedWrites extends AccessUpkeep {
  readonly #logger = new Logger('Access');
  #writing: Promise<void> | null = null;

  constructor(
    private readonly handOuts: HandOutWriter,
    private readonly uses: KeyUses,
    private readonly store: HandOutStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  override write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  override async writeLast(): Promise<void> {
    try {
      await inTime(this.#afterOneUnderWay(), lastWriteMilliseconds, this.clock);
    } catch (error) {
      this.#logger.debug(`The last write failed: ${error instanceof Error ? error.message : 'unknown'}`);
    }
    this.handOuts.tellDropped();
    const { unwritten } = this.handOuts;
    if (unwritten > 0) this.#logger.warn(`${String(unwritten)} counts of hand-outs could not be written.`);
  }

  override async deleteExpired(): Promise<void> {
    for (let step = 0; step < stepsPerRound; step += 1) {
      if ((await this.store.prune(prunedPerStep)) < prunedPerStep) return;
    }
  }

  async #writeAll(): Promise<void> {
    await this.handOuts.write();
    await this.uses.write();
  }

  /** A write in flight began before the last answers were counted, and may fail while the next one succeeds. */
  async #afterOneUnderWay(): Promise<void> {
    await this.#writing?.catch(() => undefined);
    await this.write();
  }
}
