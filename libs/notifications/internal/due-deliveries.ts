import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { WebhookDeliveryStore, type ClaimedDelivery } from './webhook-deliveries.js';
import { NotificationsOptions } from '../options.js';
import type { EndpointSlots } from './endpoint-slots.js';
import { WakeUp } from './wake-up.js';

interface NothingFound {
  /** Endpoints that were left aside: there may be more for them alone. */
  readonly beyond: readonly string[];
  readonly news: number;
  readonly until: number;
}

/**
 * Claims what is due for endpoints that have slots. What was found to be nothing is not asked for again, until there is news
 * or as much time has passed as whoever has nothing to do lets pass.
 */
@Injectable()
export class DueDeliveries {
  #nothing: NothingFound | null = null;

  constructor(
    private readonly deliveries: WebhookDeliveryStore,
    private readonly wakeUp: WakeUp,
    private readonly options: NotificationsOptions,
    private readonly clock: Clock,
  ) {}

  async claim(slots: EndpointSlots): Promise<readonly ClaimedDelivery[] | 'nothing'> {
    const beyond = slots.full();
    if (this.#isKnownToBeNothing(beyond)) return 'nothing';
    const until = this.clock.monotonicMilliseconds() + this.options.pollMilliseconds;
    const { news } = this.wakeUp;
    const claimed = await this.deliveries.claim(beyond, slots.mostAtOnce());
    this.#nothing = claimed === 'nothing' ? { beyond, news, until } : this.#nothing;
    return claimed;
  }

  #isKnownToBeNothing(beyond: readonly string[]): boolean {
    const known = this.#nothing;
    if (known?.news !== this.wakeUp.news) return false;
    if (this.clock.monotonicMilliseconds() >= known.until) return false;
    return known.beyond.every((endpointId) => beyond.includes(endpointId));
  }
}
