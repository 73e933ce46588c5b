import { Failure } from '#kernel';
import {
  HandOutStore,
  type AfterHandOut,
  type HandOutBatch,
  type HandOutRecord,
} from '../internal/hand-out-store.js';

/** `away`: nothing arrives; `answer_lost`: it is done, and nobody hears of it; `broken`: the statement itself fails. */
export type StoreMood = 'well' | 'away' | 'answer_lost' | 'broken';

/** A real store, reached through a database connection that a test lets fail. */
export class UnsureHandOutStore extends HandOutStore {
  mood: StoreMood = 'well';
  readonly batches: HandOutBatch[] = [];
  #held: Promise<void> = Promise.resolve();

  constructor(private readonly behind: HandOutStore) {
    super();
  }

  /** Batches wait with what they do, until they are let go. @returns lets them go */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#held = promise;
    return () => {
      resolve(undefined);
    };
  }

  override async add(batch: HandOutBatch): Promise<void> {
    this.batches.push(batch);
    await this.#held;
    if (this.mood === 'away') throw unavailable();
    if (this.mood === 'broken') throw new Error('column does not exist');
    await this.behind.add(batch);
    if (this.mood === 'answer_lost') throw unavailable();
  }

  override ofConnection(
    connectionId: string,
    after: AfterHandOut | null,
    limit: number,
  ): Promise<readonly HandOutRecord[]> {
    return this.behind.ofConnection(connectionId, after, limit);
  }

  override ofActor(
    actor: string,
    after: AfterHandOut | null,
    limit: number,
  ): Promise<readonly HandOutRecord[]> {
    return this.behind.ofActor(actor, after, limit);
  }

  override prune(limit: number): Promise<number> {
    return this.behind.prune(limit);
  }
}

function unavailable(): Failure {
  return new Failure('broker_unavailable', 'The broker cannot reach its storage at the moment.');
}
