import { Injectable } from '@nestjs/common';
import type { Secret } from '#kernel';
import {
  WebhookDeliveryStore,
  type ClaimedDelivery,
  type ConcludedTries,
  type DeliveryOutcome,
  type DeliveryQuery,
  type DeliveryRecord,
  type Redelivery,
  type TriedDelivery,
  type WebhookEventRecord,
} from '../webhook-deliveries.js';
import { Database, type Queryable } from '#database/sql';
import { DeliveryJobs, type DeliveryJob, type WantedJob } from './delivery-jobs.js';
import {
  concludeTries,
  deliveryLog,
  disableEndpoint,
  dueDeliveries,
  lockForRedelivery,
  parkPending,
  parkPointless,
  redeliver,
  wakeSuccessors,
  wakeSuccessorsAtOnce,
} from './delivery-statements.js';
import { OpenedSecrets } from './opened-secrets.js';
import {
  beginDeliveries,
  findLost,
  lockPredecessors,
  lockRelay,
  pruneDeliveries,
  pruneEvents,
  relayEvents,
} from './relay-statements.js';

const relayBatch = 100;
const lostBatch = 200;
const pruneBatch = 500;

interface DueRow extends WebhookEventRecord {
  readonly [column: string]: unknown;
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly url: string;
  readonly attempts: number;
  readonly roundAttempts: number;
  readonly roundSeconds: number;
  readonly numbers: readonly number[];
  readonly sealed: readonly string[];
}

interface Concluded {
  readonly [column: string]: unknown;
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly connectionId: string;
  readonly number: number;
  readonly inTheWay: boolean;
}

/** Of a delivery in the order of its connection. */
type Place = Pick<Concluded, 'endpointId' | 'connectionId' | 'number'>;

type Begun = Omit<WantedJob, 'afterSeconds'> & Record<string, unknown>;

@Injectable()
export class WebhookDeliveriesSql extends WebhookDeliveryStore {
  constructor(
    private readonly database: Database,
    private readonly secrets: OpenedSecrets,
    private readonly jobs: DeliveryJobs,
  ) {
    super();
  }

  override relay(): Promise<number> {
    return this.database.transaction(async (transaction) => {
      const [lock] = await transaction.rows<{ held: boolean }>(lockRelay, []);
      if (lock?.held !== true) return 0;
      const [relayed] = await transaction.rows<{ taken: number; made: string[] }>(relayEvents, [relayBatch]);
      if (relayed === undefined || relayed.made.length === 0) return relayed?.taken ?? 0;
      await transaction.rows(lockPredecessors, [relayed.made]);
      const begun = await transaction.rows<Begun>(beginDeliveries, [relayed.made]);
      await this.jobs.make(begun.map(now), transaction);
      return relayed.taken;
    });
  }

  override async recoverLost(): Promise<void> {
    await this.database.transaction(async (transaction) => {
      const lost = await transaction.rows<Begun>(findLost, [lostBatch]);
      await this.jobs.make(lost.map(now), transaction);
    });
  }

  override async prune(keepDays: number): Promise<boolean> {
    const deliveries = await this.database.rows(pruneDeliveries, [keepDays, pruneBatch]);
    const events = await this.database.rows(pruneEvents, [keepDays, pruneBatch]);
    return deliveries.length >= pruneBatch || events.length >= pruneBatch;
  }

  /** A claim that a crash of the server forgets is made once more, as is that of a worker that died. */
  override claim(
    exceptEndpoints: readonly string[],
    most: number,
  ): Promise<readonly ClaimedDelivery[] | 'nothing'> {
    return this.database.transaction(async (transaction) => {
      const jobs = await this.jobs.next(exceptEndpoints, most, transaction);
      if (jobs.length === 0) return 'nothing';
      const ids = jobs.map(({ deliveryId }) => deliveryId);
      const rows = await transaction.rows<DueRow>(dueDeliveries, [ids]);
      const claimed = rows.flatMap((row) => {
        const job = jobs.find(({ deliveryId }) => deliveryId === row.deliveryId);
        return job === undefined ? [] : [this.#claimed(row, job)];
      });
      await this.#endPointless(jobs, claimed, transaction);
      return claimed;
    }, 'forgettable');
  }

  async #endPointless(
    jobs: readonly DeliveryJob[],
    claimed: readonly ClaimedDelivery[],
    transaction: Queryable,
  ): Promise<void> {
    const used = new Set(claimed.map(({ job }) => job.id));
    const pointless = jobs.filter(({ id }) => !used.has(id));
    if (pointless.length === 0) return;
    await transaction.rows(parkPointless, [pointless.map(({ deliveryId }) => deliveryId)]);
    await this.jobs.end(pointless, transaction);
  }

  #claimed(row: DueRow, job: DeliveryJob): ClaimedDelivery {
    const { deliveryId, endpointId, url, attempts, roundAttempts, roundSeconds } = row;
    const { eventId, type, at, tenantId, connectionId, orgId, orgName, number, detail } = row;
    return {
      deliveryId,
      endpointId,
      url,
      openSecrets: () => this.#openSecrets(row),
      event: { eventId, type, at, tenantId, connectionId, orgId, orgName, number, detail },
      attempts,
      roundAttempts,
      roundSeconds,
      job,
    };
  }

  async #openSecrets({ endpointId, numbers, sealed }: DueRow): Promise<readonly Secret[]> {
    return Promise.all(
      numbers.map((number, index) => this.secrets.open(sealed[index] ?? '', endpointId, number)),
    );
  }

  override async conclude(tried: readonly TriedDelivery[]): Promise<ConcludedTries | 'held'> {
    try {
      return await this.database.transaction((transaction) => this.#conclude(tried, transaction));
    } catch (error) {
      if (tried.length > 1 && isLockTaken(error)) return 'held';
      throw error;
    }
  }

  async #conclude(tried: readonly TriedDelivery[], transaction: Queryable): Promise<ConcludedTries> {
    const concluded = await transaction.rows<Concluded>(concludeTries, [
      tried.map(({ claimed }) => claimed.deliveryId),
      tried.map(({ claimed }) => claimed.attempts),
      tried.map(({ outcome }) => statusAfter(outcome)),
      tried.map(({ outcome }) => outcome.status),
      tried.map(({ outcome }) => outcome.error),
      tried.map(({ outcome }) => (outcome.kind === 'again' ? outcome.afterSeconds : null)),
    ]);
    const ids = new Set(concluded.map(({ deliveryId }) => deliveryId));
    const kept = tried.map(({ claimed }) => ids.has(claimed.deliveryId));
    const wake = tried.length > 1 ? wakeSuccessorsAtOnce : wakeSuccessors;
    const madeDue = await this.#follow(
      transaction,
      tried.filter((_, index) => kept[index]),
      concluded.filter(({ inTheWay }) => !inTheWay),
      wake,
    );
    await this.jobs.end(
      tried.map(({ claimed }) => claimed.job),
      transaction,
    );
    return { kept, madeDue };
  }

  async #follow(
    transaction: Queryable,
    kept: readonly TriedDelivery[],
    outOfTheWay: readonly Place[],
    wake: typeof wakeSuccessors,
  ): Promise<boolean> {
    const [first] = kept;
    if (first?.outcome.kind === 'gone') {
      const { endpointId } = first.claimed;
      await transaction.rows(disableEndpoint, [endpointId]);
      await transaction.rows(parkPending, [endpointId]);
      return false;
    }
    const again = kept.flatMap(({ claimed: { deliveryId, endpointId }, outcome }) =>
      outcome.kind === 'again' ? [{ deliveryId, endpointId, afterSeconds: outcome.afterSeconds }] : [],
    );
    const woken = await this.#wake(transaction, outOfTheWay, wake);
    await this.jobs.make([...again, ...woken], transaction);
    return woken.length > 0;
  }

  async #wake(
    transaction: Queryable,
    places: readonly Place[],
    wake = wakeSuccessors,
  ): Promise<readonly WantedJob[]> {
    if (places.length === 0) return [];
    const begun = await transaction.rows<Begun>(wake, [
      places.map(({ endpointId }) => endpointId),
      places.map(({ connectionId }) => connectionId),
      places.map(({ number }) => number),
    ]);
    return begun.map(now);
  }

  override log(
    endpointId: string,
    { status, limit, before }: DeliveryQuery,
  ): Promise<readonly DeliveryRecord[]> {
    const values = [endpointId, status, before?.createdAt ?? null, before?.deliveryId ?? null, limit];
    return this.database.rows<DeliveryRecord & Record<string, unknown>>(deliveryLog, values);
  }

  override redeliver(ofEndpoint: string | null, deliveryId: string): Promise<Redelivery> {
    return this.database.transaction(async (transaction) => {
      const [endpoint] = await transaction.rows<{ endpointId: string; disabled: boolean }>(
        lockForRedelivery,
        [ofEndpoint, deliveryId],
      );
      if (endpoint === undefined) return ofEndpoint === null ? 'no_delivery' : 'no_endpoint';
      if (endpoint.disabled) return 'disabled';
      const { endpointId } = endpoint;
      const [place] = await transaction.rows<{ connectionId: string; number: number }>(redeliver, [
        endpointId,
        deliveryId,
      ]);
      if (place === undefined) return 'no_delivery';
      await this.jobs.make(await this.#wake(transaction, [{ endpointId, ...place }]), transaction);
      await this.jobs.makeNow(deliveryId, endpointId, transaction);
      return 'begun';
    });
  }
}

function now({ deliveryId, endpointId }: Begun): WantedJob {
  return { deliveryId, endpointId, afterSeconds: 0 };
}

/** SQLSTATE `lock_not_available`. */
function isLockTaken(error: unknown): boolean {
  if (!Error.isError(error)) return false;
  const { cause } = error;
  return Error.isError(cause) && 'code' in cause && cause.code === '55P03';
}

function statusAfter({ kind }: DeliveryOutcome): 'pending' | 'delivered' | 'parked' {
  if (kind === 'again') return 'pending';
  return kind === 'delivered' ? 'delivered' : 'parked';
}
