import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, Failure, randomBetween, type Secret } from '#kernel';
import { BrokerMetrics, logTrouble } from '#observability';
import { DatabaseReadiness, WebhookDeliveryStore, type ClaimedDelivery, type DeliveryOutcome } from '#store';
import { NotificationsOptions } from '../options.js';
import { nextStep, type Attempted } from './next-step.js';
import { signedHeaders } from './signed-headers.js';
import { Turns } from './turns.js';
import { WakeUp } from './wake-up.js';
import { webhookBody } from './webhook-body.js';
import { WebhookSender } from './webhook-sender.js';

/** What an endpoint that hangs can hold, and nobody else's: there is no limit over all of them but their number. */
const mostPerEndpoint = 4;
/** Calls end by the dozen: their outcomes must not take the whole pool from those who read tokens. */
const savedAtOnce = 3;
const afterTroubleMilliseconds = 1_000;
const savesTried = 3;
/** A dead endpoint must not hold up a stop: what is not kept by then is delivered once more. */
const drainMilliseconds = 5_000;

/** Tries what is due, for each endpoint by itself. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('Webhooks');
  readonly #stopping = new AbortController();
  readonly #saves = new Turns(savedAtOnce);
  readonly #working = new Set<Promise<void>>();
  readonly #underWay = new Map<string, number>();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly deliveries: WebhookDeliveryStore,
    private readonly sender: WebhookSender,
    private readonly readiness: DatabaseReadiness,
    private readonly wakeUp: WakeUp,
    private readonly metrics: BrokerMetrics,
    private readonly options: NotificationsOptions,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.options.deliver) return;
    this.readiness.whenAccepted(() => {
      this.#running = this.#keepDelivering();
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const over = new AbortController();
    await Promise.race([Promise.all(this.#working), this.clock.sleep(drainMilliseconds, over.signal)]);
    over.abort();
  }

  async #keepDelivering(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const claimed = await this.deliveries.claim(this.#busyEndpoints());
        if (claimed === 'nothing') await this.wakeUp.wait(this.options.pollMilliseconds, signal);
        else if (claimed !== 'skipped') this.#begin(claimed);
      } catch (error) {
        logTrouble(this.#logger, error, trouble);
        await this.clock.sleep(afterTroubleMilliseconds, signal);
      }
    }
  }

  #busyEndpoints(): readonly string[] {
    return [...this.#underWay]
      .filter(([, count]) => count >= mostPerEndpoint)
      .map(([endpointId]) => endpointId);
  }

  #begin(claimed: ClaimedDelivery): void {
    this.#count(claimed.endpointId, 1);
    const work = this.#deliver(claimed)
      .catch((error: unknown) => {
        logTrouble(this.#logger, error, trouble);
      })
      .finally(() => {
        this.#working.delete(work);
        this.#count(claimed.endpointId, -1);
        this.wakeUp.call();
      });
    this.#working.add(work);
  }

  #count(endpointId: string, by: number): void {
    const count = (this.#underWay.get(endpointId) ?? 0) + by;
    if (count > 0) this.#underWay.set(endpointId, count);
    else this.#underWay.delete(endpointId);
  }

  async #deliver(claimed: ClaimedDelivery): Promise<void> {
    const outcome = nextStep({
      result: await this.#try(claimed),
      delivery: claimed,
      options: this.options,
      random: randomBetween(0, 1),
    });
    await this.#keep(claimed, outcome);
  }

  async #try(claimed: ClaimedDelivery): Promise<Attempted['result']> {
    const secrets = await this.#secretsOf(claimed);
    if (secrets === null) return { kind: 'failed', error: 'secret_unreadable' };
    const body = webhookBody(claimed.event);
    const headers = signedHeaders(claimed.event.eventId, body, secrets, this.clock.now());
    return this.sender.send({ url: claimed.url, headers, body });
  }

  /** What can't be opened was reported where it was found. */
  async #secretsOf({ openSecrets }: ClaimedDelivery): Promise<readonly Secret[] | null> {
    try {
      return await openSecrets();
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  /** An outcome that can't be kept is forgotten in the end: it is tried once more then, under the same id. */
  async #keep(claimed: ClaimedDelivery, outcome: DeliveryOutcome): Promise<void> {
    for (let left = savesTried; left > 0; left -= 1) {
      try {
        const kept = await this.#saves.take(() => this.deliveries.conclude(claimed, outcome));
        if (kept) this.#tell(claimed, outcome);
        return;
      } catch (error) {
        if (left === 1 || !(error instanceof Failure)) throw error;
        await this.clock.sleep(afterTroubleMilliseconds, this.#stopping.signal);
      }
    }
  }

  #tell({ endpointId, event }: ClaimedDelivery, { kind, error }: DeliveryOutcome): void {
    this.metrics.webhookTried(kind === 'again' ? 'failed' : kind);
    if (kind === 'gone') this.#logger.warn(`Webhook ${endpointId} answered 410: it is disabled.`);
    if (kind === 'parked')
      this.#logger.warn(`Event ${event.eventId} was given up for webhook ${endpointId}: ${error ?? ''}`);
  }
}

const trouble = {
  passing: 'Webhooks were held up',
  passingLevel: 'debug',
  defect: 'Delivering webhooks failed.',
} as const;
