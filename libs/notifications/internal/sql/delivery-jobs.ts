import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { Clock, Failure } from '#kernel';
import { DatabaseReadiness } from '#database';
import { Database, type Queryable, AcceptedQueue, deliveryQueue } from '#database/sql';

/** A job that was handed out: which attempt of it counts, should another worker have it by now. */
export interface DeliveryJob {
  readonly id: string;
  readonly retryCount: number;
  readonly deliveryId: string;
}

export interface WantedJob {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly afterSeconds: number;
}

const lookAgainMilliseconds = 5_000;
/** Together with the life of a job: how long a delivery rests whose worker was killed. */
const superviseSeconds = 15;
const tidySeconds = 600;

/** pg-boss on the store's own pool, so that `DATABASE_POOL_SIZE` counts its statements too. It never migrates here. */
@Injectable()
export class DeliveryJobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('DeliveryJobs');
  readonly #stopping = new AbortController();
  #made: PgBoss | null = null;
  #starting: Promise<void> = Promise.resolve();
  #started = false;

  constructor(
    private readonly database: Database,
    private readonly readiness: DatabaseReadiness,
    private readonly clock: Clock,
    private readonly queue: AcceptedQueue,
  ) {}

  /** Made at its first use: the accepted schema tells where the queue is. */
  get #boss(): PgBoss {
    this.#made ??= this.#make();
    return this.#made;
  }

  #make(): PgBoss {
    const boss = new PgBoss({
      db: asBossDatabase(this.database),
      schema: this.queue.schema,
      migrate: false,
      createSchema: false,
      schedule: false,
      registerInstance: false,
      reindex: false,
      monitorVacuum: false,
      superviseIntervalSeconds: superviseSeconds,
      monitorIntervalSeconds: superviseSeconds,
      maintenanceIntervalSeconds: tidySeconds,
    });
    // Its own rounds go on after an error: a database that is away comes back.
    boss.on('error', (error) => {
      this.#logger.debug(`The queue's upkeep was cut short: ${error.message}`);
    });
    return boss;
  }

  onApplicationBootstrap(): void {
    this.readiness.whenAccepted(() => {
      this.#starting = this.#keepStarting();
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#starting;
    if (!this.#started) return;
    this.#started = false;
    await this.#boss.stop({ graceful: false, close: false });
  }

  /** @param exceptEndpoints whose jobs are left for later */
  async next(
    exceptEndpoints: readonly string[],
    most: number,
    transaction: Queryable,
  ): Promise<readonly DeliveryJob[]> {
    this.#requireStarted();
    const ignoreGroups = exceptEndpoints.length === 0 ? null : [...exceptEndpoints];
    const jobs = await this.#boss.fetch<{ deliveryId: string }>(deliveryQueue, {
      batchSize: most,
      ignoreGroups,
      includeMetadata: true,
      db: asBossDatabase(transaction),
    });
    return jobs.map(({ id, retryCount, data }) => ({ id, retryCount, deliveryId: data.deliveryId }));
  }

  /** A delivery that has one waiting gets no second one. */
  async make(wanted: readonly WantedJob[], transaction: Queryable): Promise<void> {
    if (wanted.length === 0) return;
    this.#requireStarted();
    const jobs = wanted.map(({ deliveryId, endpointId, afterSeconds }) => ({
      data: { deliveryId },
      singletonKey: deliveryId,
      startAfter: `${notBefore(afterSeconds)} seconds`,
      group: { id: endpointId },
    }));
    await this.#boss.insert(deliveryQueue, jobs, { db: asBossDatabase(transaction) });
  }

  /** Makes one that is due now, or draws the waiting one to now. */
  async makeNow(deliveryId: string, endpointId: string, transaction: Queryable): Promise<void> {
    this.#requireStarted();
    await this.#boss.upsert(
      deliveryQueue,
      { deliveryId },
      {
        singletonKey: deliveryId,
        startAfter: 0,
        group: { id: endpointId },
        db: asBossDatabase(transaction),
      },
    );
  }

  async end(jobs: readonly DeliveryJob[], transaction: Queryable = this.database): Promise<void> {
    this.#requireStarted();
    const attempts = jobs.map(({ id, retryCount }) => ({ id, retryCount }));
    await this.#boss.complete(deliveryQueue, attempts, null, { db: asBossDatabase(transaction) });
  }

  async #keepStarting(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#boss.start();
        this.#started = true;
        return;
      } catch (error) {
        this.#report(error);
        await this.clock.sleep(lookAgainMilliseconds, this.#stopping.signal);
      }
    }
  }

  #report(error: unknown): void {
    if (error instanceof Failure) return;
    const why = error instanceof Error ? error.message : 'unknown';
    this.#logger.error(`Webhooks can't be delivered, run \`npm run migrate\`: ${why}`);
  }

  #requireStarted(): void {
    if (this.#started) return;
    throw new Failure('broker_unavailable', 'The broker cannot reach its storage at the moment.', {
      internal: 'the queue of deliveries is not started',
      retryAfterSeconds: 1,
    });
  }
}

/** Rounded up: a job that came before its delivery is due would find nothing to do, and be the last one. */
function notBefore(seconds: number): string {
  return (Math.ceil(seconds * 1_000) / 1_000).toFixed(3);
}

function asBossDatabase(database: Queryable): {
  executeSql: Queryable['foreign'];
} {
  return { executeSql: (text, values) => database.foreign(text, values) };
}
