import type { Clock } from '#kernel';

/** Two, so that who comes just after a batch was sent does not wait for its whole answer. */
const mostUnderWay = 2;
/** A whole answer is held in memory, and parsed in one task. */
const mostTogether = 32;
/** An answer that takes longer holds up nobody else: its connection may have gone dead unseen. */
const patienceMilliseconds = 50;

interface Waiting<Key, Row> {
  readonly key: Key;
  readonly row: PromiseWithResolvers<Row>;
}

/**
 * Reads rows for several callers by one statement: for those of one turn of the event loop, and for those that come while
 * others are under way. Who is alone waits for nobody.
 */
export class BatchedReads<Key, Row> {
  readonly #waiting: Waiting<Key, Row>[] = [];
  #underWay = 0;
  #isTurnAwaited = false;

  /** @param readAll brings what each key stands for, in their order; keys must be such that no one of them can fail it */
  constructor(
    private readonly readAll: (keys: readonly Key[]) => Promise<readonly Row[]>,
    private readonly clock: Clock,
  ) {}

  /** By a statement that is sent after this call. @throws what the statement throws */
  read(key: Key): Promise<Row> {
    const row = Promise.withResolvers<Row>();
    this.#waiting.push({ key, row });
    if (!this.#isTurnAwaited) this.#awaitTurn();
    return row.promise;
  }

  #awaitTurn(): void {
    this.#isTurnAwaited = true;
    setImmediate(() => {
      this.#isTurnAwaited = false;
      this.#readWaiting();
    });
  }

  #readWaiting(): void {
    while (this.#waiting.length > 0 && this.#underWay < mostUnderWay) {
      this.#underWay += 1;
      void this.#readBatch(this.#waiting.splice(0, mostTogether));
    }
  }

  async #readBatch(batch: readonly Waiting<Key, Row>[]): Promise<void> {
    const late = Promise.withResolvers<undefined>();
    const cancel = this.clock.after(patienceMilliseconds, () => {
      late.resolve(undefined);
    });
    await Promise.race([this.#answer(batch), late.promise]);
    cancel();
    this.#underWay -= 1;
    this.#readWaiting();
  }

  async #answer(batch: readonly Waiting<Key, Row>[]): Promise<void> {
    try {
      const rows = await this.readAll(batch.map(({ key }) => key));
      for (const [index, { row }] of batch.entries()) row.resolve(rows[index] as Row);
    } catch (error) {
      for (const { row } of batch) row.reject(error);
    }
  }
}
