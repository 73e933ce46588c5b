import {
  WebhookDeliveryStore,
  type ClaimedDelivery,
  type ConcludedTries,
  type TriedDelivery,
} from '../internal/webhook-deliveries.js';

/** Claims and conclusions as the spec wants them; it notes what it is asked, and has nothing else. */
export class FakeDeliveries extends WebhookDeliveryStore {
  readonly asked: { readonly except: readonly string[]; readonly most: number }[] = [];
  readonly concluded: (readonly TriedDelivery[])[] = [];
  found: readonly ClaimedDelivery[] | 'nothing' = 'nothing';
  answer: (tried: readonly TriedDelivery[]) => ConcludedTries | 'held' = (tried) => ({
    kept: tried.map(() => true),
    madeDue: false,
  });

  override claim(except: readonly string[], most: number): Promise<readonly ClaimedDelivery[] | 'nothing'> {
    this.asked.push({ except, most });
    return Promise.resolve(this.found);
  }

  override conclude(tried: readonly TriedDelivery[]): Promise<ConcludedTries | 'held'> {
    this.concluded.push(tried);
    return Promise.try(() => this.answer(tried));
  }

  override readonly relay = absent;
  override readonly recoverLost = absent;
  override readonly prune = absent;
  override readonly log = absent;
  override readonly redeliver = absent;
}

function absent(): Promise<never> {
  return Promise.reject(new Error('the fake has only claims and conclusions'));
}
