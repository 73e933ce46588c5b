import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '#kernel';
import { logTrouble } from '#observability';
import { ChangeFeed, DatabaseReadiness } from '#database';
import { WebhookDeliveryStore } from './webhook-deliveries.js';
import { NotificationsOptions } from '../options.js';
import { WakeUp } from './wake-up.js';

/** Changes come by the thousand, and few of them have an event: a look serves all that came meanwhile. */
const spacingMilliseconds = 100;
/** The feed tells of every change. This is for what another replica's look passed over just before it ended. */
const pollsPerLook = 5;
const recoverMilliseconds = 60_000;
const pruneMilliseconds = 600_000;
const mostPruneSteps = 20;
const keepDays = 30;

/**
 * Makes deliveries of what waits in the outbox. It looks on its own time, and at once when the change feed tells of a
 * change; what a dead process left there is found by any other.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('OutboxRelay');
  readonly #stopping = new AbortController();
  readonly #changes: WakeUp;
  #running: Promise<void> = Promise.resolve();
  #recoveredAt = -Infinity;
  #prunedAt = -Infinity;

  constructor(
    private readonly deliveries: WebhookDeliveryStore,
    private readonly feed: ChangeFeed,
    private readonly readiness: DatabaseReadiness,
    private readonly worker: WakeUp,
    private readonly options: NotificationsOptions,
    private readonly clock: Clock,
  ) {
    this.#changes = new WakeUp(clock);
  }

  onApplicationBootstrap(): void {
    if (!this.options.deliver) return;
    const wake = (): void => {
      this.#changes.call();
    };
    this.feed.subscribe({ changed: wake, reset: wake });
    this.readiness.whenAccepted(() => {
      this.#running = this.#keepRelaying();
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #keepRelaying(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#relayAll();
        await this.#tidy();
      } catch (error) {
        logTrouble(this.#logger, error, trouble);
      }
      await this.clock.sleep(spacingMilliseconds, this.#stopping.signal);
      await this.#changes.wait(pollsPerLook * this.options.pollMilliseconds, this.#stopping.signal);
    }
  }

  async #relayAll(): Promise<void> {
    while (!this.#stopping.signal.aborted && (await this.deliveries.relay()) > 0) this.worker.call();
  }

  async #tidy(): Promise<void> {
    const now = this.clock.monotonicMilliseconds();
    if (now - this.#recoveredAt >= recoverMilliseconds) {
      this.#recoveredAt = now;
      await this.deliveries.recoverLost();
    }
    if (now - this.#prunedAt < pruneMilliseconds) return;
    this.#prunedAt = now;
    for (let steps = 0; steps < mostPruneSteps && !this.#stopping.signal.aborted; steps += 1) {
      if (!(await this.deliveries.prune(keepDays))) return;
    }
  }
}

/** What waits in a database that is away waits on. */
const trouble = {
  passing: 'Nothing was relayed',
  passingLevel: 'debug',
  defect: 'Relaying webhooks failed.',
} as const;
