import { Injectable, Logger } from '@nestjs/common';
import { Clock, Failure } from '#kernel';
import { BrokerMetrics, logTrouble } from '#observability';
import { WebhookDeliveryStore, type TriedDelivery } from './webhook-deliveries.js';
import { deliveryTrouble } from './delivery-trouble.js';
import { nextTurn } from './next-turn.js';
import { WakeUp } from './wake-up.js';

/** Calls end by the dozen: their outcomes must not take the whole pool from those who read tokens. */
const savedAtOnce = 2;
const mostTogether = 32;
/** Who has that many to keep begins nothing new. */
const mostWaiting = 64;
const triedTimes = 3;
const pauseMilliseconds = 1_000;

interface Waiting {
  readonly tried: TriedDelivery;
  readonly done: () => void;
}

/** Keeps what became of tries: those that end while others are being kept go together, in one transaction. */
@Injectable()
export class OutcomeKeeper {
  readonly #logger = new Logger('Webhooks');
  readonly #waiting: Waiting[] = [];
  #saving = 0;

  constructor(
    private readonly deliveries: WebhookDeliveryStore,
    private readonly wakeUp: WakeUp,
    private readonly metrics: BrokerMetrics,
    private readonly clock: Clock,
  ) {}

  get isFull(): boolean {
    return this.#waiting.length >= mostWaiting;
  }

  /**
   * Resolves when it is kept, or given up. An outcome that can't be kept is forgotten in the end: it is tried once more then,
   * under the same id.
   */
  keep(tried: TriedDelivery): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#waiting.push({
      tried,
      done: () => {
        resolve(undefined);
      },
    });
    if (this.#saving < savedAtOnce) void this.#saveAll();
    return promise;
  }

  async #saveAll(): Promise<void> {
    this.#saving += 1;
    // Calls that end in the same turn are kept together.
    await nextTurn();
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      await this.#saveOrTell(batch.map(({ tried }) => tried));
      for (const { done } of batch) done();
      this.wakeUp.nudge();
    }
    this.#saving -= 1;
  }

  /** The end of an endpoint is kept by itself. */
  #next(): readonly Waiting[] {
    const gone = this.#waiting.findIndex(({ tried }) => tried.outcome.kind === 'gone');
    if (gone === 0) return this.#waiting.splice(0, 1);
    return this.#waiting.splice(0, Math.min(mostTogether, gone < 0 ? mostTogether : gone));
  }

  async #saveOrTell(batch: readonly TriedDelivery[]): Promise<void> {
    try {
      await this.#save(batch);
    } catch (error) {
      logTrouble(this.#logger, error, deliveryTrouble);
    }
  }

  async #save(batch: readonly TriedDelivery[]): Promise<void> {
    if ((await this.#saveTogether(batch)) === 'each')
      for (const each of batch) await this.#saveOrTell([each]);
  }

  /** @returns `each`: nothing was kept, and each has to be by itself */
  async #saveTogether(batch: readonly TriedDelivery[]): Promise<'done' | 'each'> {
    for (let left = triedTimes; left > 0; left -= 1) {
      try {
        const concluded = await this.deliveries.conclude(batch);
        if (concluded === 'held') return 'each';
        if (concluded.madeDue) this.wakeUp.call();
        for (const each of batch.filter((_, index) => concluded.kept[index])) this.#tell(each);
        return 'done';
      } catch (error) {
        // What is wrong with one of them must not be forgotten of all.
        if (!(error instanceof Failure) && batch.length > 1) return 'each';
        if (left === 1 || !(error instanceof Failure)) throw error;
        await this.clock.sleep(pauseMilliseconds);
      }
    }
    return 'done';
  }

  #tell({ claimed: { endpointId, event }, outcome: { kind, error } }: TriedDelivery): void {
    this.metrics.webhookTried(kind === 'again' ? 'failed' : kind);
    if (kind === 'gone') this.#logger.warn(`Webhook ${endpointId} answered 410: it is disabled.`);
    if (kind === 'parked')
      this.#logger.warn(`Event ${event.eventId} was given up for webhook ${endpointId}: ${error ?? ''}`);
  }
}
