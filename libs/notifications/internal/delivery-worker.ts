import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, Failure, randomBetween, type Secret } from '#kernel';
import { logTrouble } from '#observability';
import { DatabaseReadiness } from '#database';
import { type ClaimedDelivery } from './webhook-deliveries.js';
import { NotificationsOptions } from '../options.js';
import { deliveryTrouble } from './delivery-trouble.js';
import { DueDeliveries } from './due-deliveries.js';
import { EndpointSlots } from './endpoint-slots.js';
import { nextStep, type Attempted } from './next-step.js';
import { nextTurn } from './next-turn.js';
import { OutcomeKeeper } from './outcome-keeper.js';
import { WakeUp } from './wake-up.js';
import { webhookBody } from './webhook-body.js';
import { WebhookSender } from './webhook-sender.js';
import { Webhook } from 'standardwebhooks';

/** What an endpoint that hangs can hold, and nobody else's: there is no limit over all of them but their number. */
const mostPerEndpoint = 4;
const afterTroubleMilliseconds = 1_000;
/** A dead endpoint must not hold up a stop: what is not kept by then is delivered once more. */
const drainMilliseconds = 5_000;

/** Tries what is due, for each endpoint by itself. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('Webhooks');
  readonly #stopping = new AbortController();
  readonly #slots = new EndpointSlots(mostPerEndpoint);
  readonly #working = new Set<Promise<void>>();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly due: DueDeliveries,
    private readonly sender: WebhookSender,
    private readonly outcomes: OutcomeKeeper,
    private readonly readiness: DatabaseReadiness,
    private readonly wakeUp: WakeUp,
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
        const claimed = this.outcomes.isFull ? 'nothing' : await this.due.claim(this.#slots);
        if (claimed === 'nothing') await this.#rest(signal);
        else for (const each of claimed) this.#begin(each);
      } catch (error) {
        logTrouble(this.#logger, error, deliveryTrouble);
        await this.clock.sleep(afterTroubleMilliseconds, signal);
      }
    }
  }

  /** Calls that end in the same turn free their slots together: one claim does for all. */
  async #rest(signal: AbortSignal): Promise<void> {
    await this.wakeUp.wait(this.options.pollMilliseconds, signal);
    await nextTurn();
  }

  #begin(claimed: ClaimedDelivery): void {
    this.#slots.take(claimed.endpointId);
    const work = this.#deliver(claimed)
      .catch((error: unknown) => {
        logTrouble(this.#logger, error, deliveryTrouble);
      })
      .finally(() => this.#working.delete(work));
    this.#working.add(work);
  }

  async #deliver(claimed: ClaimedDelivery): Promise<void> {
    const result = await this.#try(claimed).finally(() => {
      // The endpoint has answered: what is left to do is not its concern.
      if (this.#slots.giveBack(claimed.endpointId)) this.wakeUp.nudge();
    });
    const outcome = nextStep({
      result,
      delivery: claimed,
      options: this.options,
      random: randomBetween(0, 1),
    });
    await this.outcomes.keep({ claimed, outcome });
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
}

/** Standard Webhooks' headers: one signature for each live secret, so that a receiver may change over when it likes. */
function signedHeaders(
  eventId: string,
  body: string,
  secrets: readonly Secret[],
  now: Date,
): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'user-agent': 'deskera-token-broker',
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret.reveal()).sign(eventId, now, body))
      .join(' '),
  };
}
