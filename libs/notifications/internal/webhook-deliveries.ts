import type { Secret } from '#kernel';
import type { WebhookEventType } from '#connections';

/** What is told: the same for every endpoint and every try. */
export interface WebhookEventRecord {
  readonly eventId: string;
  readonly type: WebhookEventType;
  readonly at: Date;
  readonly tenantId: string;
  readonly connectionId: string;
  readonly orgId: string | null;
  readonly orgName: string | null;
  /** The connection's running number. */
  readonly number: number;
  /** The history's detail of it: to be whitelisted. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A delivery that is this worker's to try now. */
export interface ClaimedDelivery {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly url: string;
  /** The live secrets, newest first: each signs. */
  readonly openSecrets: () => Promise<readonly Secret[]>;
  readonly event: WebhookEventRecord;
  /** Tries so far, over all rounds. */
  readonly attempts: number;
  /** Tries of this round, and how long ago it began: a redelivery begins a new one. */
  readonly roundAttempts: number;
  readonly roundSeconds: number;
  /** The job that brought it; the store's own. */
  readonly job: { readonly id: string; readonly retryCount: number; readonly deliveryId: string };
}

export type DeliveryOutcome = {
  /** The status it answered with; null: it did not answer. */
  readonly status: number | null;
  /** A word of ours; null: nothing went wrong. */
  readonly error: string | null;
} & (
  | { readonly kind: 'delivered' | 'parked' }
  /** It answered 410: the endpoint is disabled, and all that is pending for it parked. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'again'; readonly afterSeconds: number }
);

/** A try, and what follows from it. */
export interface TriedDelivery {
  readonly claimed: ClaimedDelivery;
  readonly outcome: DeliveryOutcome;
}

export interface ConcludedTries {
  /** For each of them, in their order: false where another's word came first. */
  readonly kept: readonly boolean[];
  /** Whether others may begin now, that waited for one of them. */
  readonly madeDue: boolean;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'parked';

export interface DeliveryRecord {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly type: WebhookEventType;
  readonly connectionId: string;
  readonly tenantId: string;
  readonly number: number;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly lastAttemptAt: Date | null;
  /** Null: none is to come, or it waits for its predecessor. */
  readonly nextAttemptAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly createdAt: Date;
  /** To the microsecond, for the next page. */
  readonly createdAtText: string;
}

export interface DeliveryQuery {
  readonly status: DeliveryStatus | null;
  readonly limit: number;
  /** The last of the page before. */
  readonly before: { readonly createdAt: string; readonly deliveryId: string } | null;
}

export type Redelivery = 'begun' | 'disabled' | 'no_delivery' | 'no_endpoint';

/**
 * Deliveries, each of one event to one endpoint. Per endpoint and connection they are tried in the order of their numbers:
 * one begins only when its predecessor was delivered, was parked, or had its first three tries. Every method may throw
 * Failure `broker_unavailable`.
 */
export abstract class WebhookDeliveryStore {
  /**
   * Makes deliveries of what waits in the outbox, one for each endpoint that wants it, and lets those begin that need not
   * wait. One replica at a time does it; another does nothing meanwhile.
   * @returns how many events were taken; at most a batch
   */
  abstract relay(): Promise<number>;
  /** Finds again what nothing will wake any more; harmless where there is nothing. */
  abstract recoverLost(): Promise<void>;
  /** Removes what is old, and what is left of deleted endpoints, in small steps. @returns whether there may be more */
  abstract prune(keepDays: number): Promise<boolean>;
  /**
   * Takes what is due longest. Its worker's death gives it back within a minute.
   * @param exceptEndpoints that have enough under way
   * @param most all of them may be of one endpoint
   * @returns `nothing` is due; none: what was due had become pointless, the next may not be
   */
  abstract claim(
    exceptEndpoints: readonly string[],
    most: number,
  ): Promise<readonly ClaimedDelivery[] | 'nothing'>;
  /**
   * Keeps what became of tries, and wakes who waited for them, in one transaction. A `gone` comes alone.
   * @returns `held`: nothing of several was kept, because somebody else has who waits for one of them; each has to come alone
   */
  abstract conclude(tried: readonly TriedDelivery[]): Promise<ConcludedTries | 'held'>;
  /** Newest first. */
  abstract log(endpointId: string, query: DeliveryQuery): Promise<readonly DeliveryRecord[]>;
  /**
   * Has it tried anew at once, under the same event id, with a day of retries before it.
   * @param endpointId null: whichever it is of
   */
  abstract redeliver(endpointId: string | null, deliveryId: string): Promise<Redelivery>;
}
