import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DeskeraSlots } from '#deskera';
import { Clock, Failure, type PartHealth } from '#kernel';
import {
  ConnectionLeases,
  ConnectionListing,
  ConnectionReads,
  ConnectionSaves,
  DatabaseReadiness,
  DatabaseTime,
  type ConnectionRecord,
  type Lease,
} from '#store';
import { TokensOptions } from '../options.js';
import { Upkeep } from '../upkeep.js';
import { CircumstancesNow } from './circumstances.js';
import type { CallResult } from './call-result.js';
import { ConnectionCalls } from './connection-calls.js';
import { drained } from './drain.js';
import { upkeepStep } from './due.js';
import { LeaseKeeper } from './lease-keeper.js';
import { secondsBetween } from './seconds.js';
import { credentialsErased, postponed } from './transitions.js';

interface Claimed {
  readonly lease: Lease;
  readonly record: ConnectionRecord;
}

const batch = 50;

@Injectable()
export class Sweeper extends Upkeep implements OnModuleDestroy {
  readonly #logger = new Logger('Upkeep');
  #round: Promise<void> | null = null;
  #stopping = false;
  #lagSeconds: number | null = null;

  constructor(
    private readonly leases: ConnectionLeases,
    private readonly leaseKeeper: LeaseKeeper,
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
    private readonly listing: ConnectionListing,
    private readonly slots: DeskeraSlots,
    private readonly calls: ConnectionCalls,
    private readonly readiness: DatabaseReadiness,
    private readonly options: TokensOptions,
    private readonly time: DatabaseTime,
    private readonly circumstances: CircumstancesNow,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async sweep(): Promise<void> {
    if (this.#stopping || !this.readiness.isAccepted()) return;
    this.#round ??= this.#sweepAll().finally(() => {
      this.#round = null;
    });
    await this.#round;
  }

  override health(): PartHealth {
    const lag = this.#lagSeconds;
    const status = lag !== null && lag > this.options.checkIntervalSeconds ? 'degraded' : 'ok';
    return { part: 'upkeep', status, facts: { lagSeconds: lag === null ? null : Math.round(lag) } };
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping = true;
    if (this.#round !== null) await drained(this.clock, [this.#round]);
  }

  async #sweepAll(): Promise<void> {
    try {
      await this.listing.prune();
      let claimed = await this.#claim();
      this.#lagSeconds = lagOf(claimed, this.time.now());
      while (claimed.length > 0) {
        await Promise.all(claimed.map((each) => this.#keepUp(each)));
        claimed = this.#stopping ? [] : await this.#claim();
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#logger.warn(`A sweep was cut short: ${error.internal ?? error.code}`);
    }
  }

  /** Claims no more than it has free slots: a lease that waits for a slot would end before its call. */
  async #claim(): Promise<readonly Claimed[]> {
    const limit = Math.min(batch, this.slots.free('upkeep'));
    return limit === 0 ? [] : this.leases.claimDue(limit, this.leaseKeeper.leaseSeconds);
  }

  /** One connection's trouble is its own: nothing is thrown. */
  async #keepUp({ record, lease }: Claimed): Promise<void> {
    try {
      await this.#step(record, lease);
    } catch (error) {
      const why = error instanceof Failure ? (error.internal ?? error.code) : String(error);
      this.#logger.warn(`Upkeep of connection ${record.connectionId} failed: ${why}`);
      // What can't be worked on must not be claimed again at once, and for ever before all others.
      await this.#postpone(lease).catch(() => this.leases.release(lease).catch(() => undefined));
    }
  }

  async #step(record: ConnectionRecord, lease: Lease): Promise<void> {
    switch (upkeepStep(record, this.options, this.time.now())) {
      case 'refresh':
        await this.#call(lease, () =>
          this.calls.refresh({ seen: record, wantedTtlSeconds: null, held: lease }, 'upkeep'),
        );
        return;
      case 'check':
        await this.#call(lease, () =>
          this.calls.check({ seen: record, held: lease, onDemand: false }, 'upkeep'),
        );
        return;
      case 'expire_activation':
        if (!(await this.saves.expireActivation(record))) await this.leases.release(lease);
        return;
      case 'erase_credentials':
        await this.#erase(record, lease);
        return;
      case 'nothing':
        await this.#postpone(lease);
    }
  }

  async #erase(seen: ConnectionRecord, lease: Lease): Promise<void> {
    const next = credentialsErased(seen);
    const event = { kind: 'credentials_erased', detail: {} };
    const saved = await this.saves.saveState({ seen, next, event, publish: true, erase: true, lease });
    if (!saved) await this.leases.release(lease);
  }

  /** A call that is under way for somebody else takes its own lease: this one would only be in its way. */
  async #call(lease: Lease, call: () => Promise<CallResult>): Promise<void> {
    const underWay = this.calls.underWay(lease.connectionId);
    if (underWay !== undefined) await this.leases.release(lease);
    const result = await (underWay ?? call());
    if (result.kind !== 'done') await this.#postpone(lease);
  }

  /** Ends the lease, and sees to it that the row is not due any more. */
  async #postpone(lease: Lease): Promise<void> {
    const seen = await this.reads.find(lease.connectionId);
    const isDue = seen !== null && seen.nextDueAt !== null && seen.nextDueAt <= seen.readAt;
    const saved = isDue && (await this.#saveLater(seen, lease));
    if (!saved) await this.leases.release(lease);
  }

  #saveLater(seen: ConnectionRecord, lease: Lease): Promise<boolean> {
    const next = postponed(seen, this.circumstances.get());
    return this.saves.saveState({ seen, next, event: null, publish: false, erase: false, lease });
  }
}

/** How long the one that was due longest had been due. */
function lagOf(claimed: readonly Claimed[], now: Date): number {
  return claimed.reduce(
    (lag, { record }) => Math.max(lag, record.nextDueAt === null ? 0 : secondsBetween(record.nextDueAt, now)),
    0,
  );
}
