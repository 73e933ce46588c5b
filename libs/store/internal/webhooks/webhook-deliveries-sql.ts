import { Injectable } from '@nestjs/common';
import type { Secret } from '#kernel';
import {
  WebhookDeliveryStore,
  type ClaimedDelivery,
  type DeliveryOutcome,
  type DeliveryQuery,
  type DeliveryRecord,
  type Redelivery,
  type WebhookEventRecord,
} from '../../webhook-deliveries.js';
import { CredentialVault } from '../credential-vault.js';
import { Database, type Queryable } from '../database.js';
import { DeliveryJobs, type DeliveryJob, type WantedJob } from './delivery-jobs.js';
import {
  concludeTry,
  deliveryLog,
  disableEndpoint,
  dueDelivery,
  lockForRedelivery,
  parkPending,
  parkPointless,
  redeliver,
  wakeSuccessor,
} from './delivery-statements.js';
import {
  beginDeliveries,
  findLost,
  lockPredecessors,
  lockRelay,
  pruneDeliveries,
  pruneEvents,
  relayEvents,
} from './relay-statements.js';
import { secretPlace } from './secret-place.js';

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
  readonly endpointId: string;
  readonly connectionId: string;
  readonly number: number;
  readonly inTheWay: boolean;
}

type Begun = Omit<WantedJob, 'afterSeconds'> & Record<string, unknown>;

@Injectable()
export class WebhookDeliveriesSql extends WebhookDeliveryStore {
  constructor(
    private readonly database: Database,
    private readonly vault: CredentialVault,
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

  override async claim(exceptEndpoints: readonly string[]): Promise<ClaimedDelivery | 'nothing' | 'skipped'> {
    const job = await this.jobs.next(exceptEndpoints);
    if (job === null) return 'nothing';
    const [row] = await this.database.rows<DueRow>(dueDelivery, [job.deliveryId]);
    if (row !== undefined) return this.#claimed(row, job);
    await this.database.rows(parkPointless, [job.deliveryId]);
    await this.jobs.end(job);
    return 'skipped';
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
      numbers.map((number, index) =>
        this.vault.open(sealed[index] ?? '', secretPlace(endpointId, number), 'webhook_secret'),
      ),
    );
  }

  override conclude(claimed: ClaimedDelivery, outcome: DeliveryOutcome): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      const [concluded] = await transaction.rows<Concluded>(concludeTry, [
        claimed.deliveryId,
        claimed.attempts,
        statusAfter(outcome),
        outcome.status,
        outcome.error,
        outcome.kind === 'again' ? outcome.afterSeconds : null,
      ]);
      if (concluded !== undefined) await this.#follow(transaction, claimed, outcome, concluded);
      await this.jobs.end(claimed.job, transaction);
      return concluded !== undefined;
    });
  }

  async #follow(
    transaction: Queryable,
    { deliveryId, endpointId }: ClaimedDelivery,
    outcome: DeliveryOutcome,
    concluded: Concluded,
  ): Promise<void> {
    if (outcome.kind === 'gone') {
      await transaction.rows(disableEndpoint, [endpointId]);
      await transaction.rows(parkPending, [endpointId]);
      return;
    }
    const again =
      outcome.kind === 'again' ? [{ deliveryId, endpointId, afterSeconds: outcome.afterSeconds }] : [];
    const woken = concluded.inTheWay ? [] : await this.#wake(transaction, concluded);
    await this.jobs.make([...again, ...woken], transaction);
  }

  async #wake(
    transaction: Queryable,
    { endpointId, connectionId, number }: Omit<Concluded, 'inTheWay'>,
  ): Promise<readonly WantedJob[]> {
    return (await transaction.rows<Begun>(wakeSuccessor, [endpointId, connectionId, number])).map(now);
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
      await this.jobs.make(await this.#wake(transaction, { endpointId, ...place }), transaction);
      await this.jobs.makeNow(deliveryId, endpointId, transaction);
      return 'begun';
    });
  }
}

function now({ deliveryId, endpointId }: Begun): WantedJob {
  return { deliveryId, endpointId, afterSeconds: 0 };
}

function statusAfter({ kind }: DeliveryOutcome): 'pending' | 'delivered' | 'parked' {
  if (kind === 'again') return 'pending';
  return kind === 'delivered' ? 'delivered' : 'parked';
}
