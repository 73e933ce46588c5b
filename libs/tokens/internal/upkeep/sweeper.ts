import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DeskeraGate, DeskeraSlots } from '#deskera';
import { Clock, Failure, type PartHealth } from '#kernel';
import {
  ConnectionLeases,
  ConnectionListing,
  ConnectionReads,
  ConnectionSaves,
  type ConnectionRecord,
  type Lease,
} from '#connections';
import { DatabaseReadiness, DatabaseTime } from '#database';
import { TokensOptions } from '../../options.js';
import { Upkeep } from '../../upkeep.js';
import { CircumstancesNow } from '../state/circumstances.js';
import type { CallResult } from '../refreshing/call-result.js';
import { ConnectionCalls } from '../refreshing/connection-calls.js';
import { Drain } from '../durability/drain.js';
import { longestPutOffSeconds, postponedUntil, upkeepStep } from './due.js';
import { LeaseRenewer } from '../refreshing/lease-renewer.js';
import { SpoolReplay } from '../durability/spool-replay.js';
import { credentialsErased } from '../state/transitions.js';
import { UpkeepLag } from './upkeep-lag.js';
import { UpkeepThrottle } from './upkeep-throttle.js';

interface Claimed {
  readonly lease: Lease;
  readonly record: ConnectionRecord;
}

const batch = 50;
/**
 * A slot is released when Deskera answers: while one call is in flight, the outcome of another may still be saved.
 */
const mostPerSlot = 2;
const lookAgainMilliseconds = 1_000;
/** Interval at which the throttle is asked again. */
const paceMilliseconds = 50;
/** Bound of a sweep: the next one follows soon. */
const mostLooks = 5;

/**
 * Claims due connections as slots become free, so that a call that hangs delays no other connection. A sweep ends
 * when nothing is left to claim, not when its slowest call ends.
 */
@Injectable()
export class Sweeper extends Upkeep implements OnModuleDestroy {
  readonly #logger = new Logger('Upkeep');
  readonly #working = new Set<Promise<void>>();
  #claiming: Promise<void> | null = null;
  #stopping = false;
  readonly #lag: UpkeepLag;

  constructor(
    private readonly leases: ConnectionLeases,
    private readonly leaseRenewer: LeaseRenewer,
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
    private readonly listing: ConnectionListing,
    private readonly gate: DeskeraGate,
    private readonly slots: DeskeraSlots,
    private readonly calls: ConnectionCalls,
    private readonly spool: SpoolReplay,
    private readonly readiness: DatabaseReadiness,
    private readonly options: TokensOptions,
    private readonly time: DatabaseTime,
    private readonly circumstances: CircumstancesNow,
    private readonly drain: Drain,
    private readonly pace: UpkeepThrottle,
    private readonly clock: Clock,
  ) {
    super();
    this.#lag = new UpkeepLag(clock);
  }

  override async sweep(): Promise<void> {
    this.#lag.isAsked();
    if (this.#stopping || !this.readiness.isAccepted()) return;
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = null;
    });
    await this.#claiming;
    await Promise.all(this.#working);
  }

  override health(): PartHealth {
    const lag = this.#lag.seconds();
    const isLate = lag !== null && lag > this.options.checkIntervalSeconds;
    const status = isLate || this.#lag.isUnknown() ? 'degraded' : 'ok';
    return { part: 'upkeep', status, facts: { lagSeconds: lag === null ? null : Math.round(lag) } };
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping = true;
    await this.drain.until(() => [this.#claiming, ...this.#working]);
  }

  async #claimAll(): Promise<void> {
    const ends = this.pace.watch(() => this.#working.size, mostPerSlot * this.slots.most('upkeep'));
    try {
      await this.listing.prune();
      await this.spool.replay();
      await this.leases.hastenAfterStepBack(longestPutOffSeconds(this.options));
      // Also of what is not claimed: no slot is free, or Deskera's gate is shut.
      const lagSeconds = await this.leases.longestDueSeconds();
      let claimed = await this.#claimNext();
      this.#lag.looked(lagSeconds);
      while (claimed.length > 0) {
        const isProbe = claimed.some(({ record }) => this.gate.awaitsProbe(record.apiUrl));
        for (const each of claimed) this.#begin(each);
        if (isProbe) await this.#soon(this.#working);
        claimed = await this.#claimNext();
        this.#lag.lookedAgain();
      }
    } catch (error) {
      this.#lag.failed();
      if (!(error instanceof Failure)) throw error;
      this.#logger.warn(`A sweep was cut short: ${error.internal ?? error.code}`);
    } finally {
      ends();
    }
  }

  /**
   * Waits while all slots are taken or Deskera's gate is closed, so that the next probe starts as soon as possible
   * and the held back connections follow its answer.
   */
  async #claimNext(): Promise<readonly Claimed[]> {
    for (let looks = 0; looks < mostLooks; looks += 1) {
      await this.#givesWay();
      const claimed = await this.#claim();
      if (this.#stopping) {
        await Promise.all(claimed.map(({ lease }) => this.leases.release(lease)));
        return [];
      }
      if (claimed.length > 0) return claimed;
      if (this.slots.free('upkeep') === 0) await this.#soon([this.slots.untilOneIsFree()]);
      else if (this.gate.closedApiUrls().length > 0) await this.#soon(this.#working);
      else return [];
    }
    return [];
  }

  /** Waits until the throttle allows another call. At least one call is always allowed. */
  async #givesWay(): Promise<void> {
    while (!this.#stopping && this.#paced() === 0) await this.#soon(this.#working, paceMilliseconds);
  }

  #paced(): number {
    return Math.max(0, this.pace.allowed() - this.#working.size);
  }

  /** Waits for one of the events, or a limited time: a probe without an answer must not be the only one. */
  async #soon(events: Iterable<Promise<void>>, withinMilliseconds = lookAgainMilliseconds): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const cancel = this.clock.after(withinMilliseconds, () => {
      resolve(undefined);
    });
    await Promise.race([...events, promise]);
    cancel();
  }

  /**
   * Claims only as many rows as slots are free: the lease of a row that waits for a slot would end before its call.
   * Rows that would be held back stay due, so that nothing is written while Deskera is away.
   */
  async #claim(): Promise<readonly Claimed[]> {
    const closed = this.gate.closedApiUrls();
    const probed = this.gate.probedApiUrls();
    const claimed = await this.#claimSome(batch, [...closed, ...probed]);
    if (probed.length === 0 || claimed.length > 0) return claimed;
    return this.#claimSome(1, closed);
  }

  async #claimSome(most: number, exceptApiUrls: readonly string[]): Promise<readonly Claimed[]> {
    const limit = Math.min(most, this.slots.free('upkeep'), this.#paced());
    if (limit === 0) return [];
    const { leaseSeconds, callSeconds } = this.leaseRenewer;
    const { takeoverSeconds } = this.options;
    return this.leases.claimDue(limit, { leaseSeconds, callSeconds, takeoverSeconds, exceptApiUrls });
  }

  #begin(claimed: Claimed): void {
    const work = this.#keepUp(claimed).finally(() => this.#working.delete(work));
    this.#working.add(work);
  }

  /** Never throws: the failure of one connection does not affect the others. */
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
        await this.#call({ lease, record }, () =>
          this.calls.refresh({ seen: record, wantedTtlSeconds: null, held: lease }, 'upkeep'),
        );
        return;
      case 'check':
        await this.#call({ lease, record }, () =>
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

  /**
   * A call in flight for another caller takes its own lease, so this one is released. The row is postponed, or it
   * would be claimed again until the call ends. A row whose gate closed after the claim stays due.
   */
  async #call({ lease, record }: Claimed, call: () => Promise<CallResult>): Promise<void> {
    if (this.gate.closedApiUrls().includes(record.apiUrl)) return this.leases.release(lease);
    const underWay = this.calls.underWay(lease.connectionId);
    if (underWay !== undefined) await this.#postpone(lease);
    const result = await (underWay ?? call());
    if (result.kind !== 'done') await this.#postpone(lease);
  }

  /** Releases the lease and postpones the row. */
  async #postpone(lease: Lease): Promise<void> {
    const seen = await this.reads.find(lease.connectionId);
    if (seen === null) return;
    const { options, now, random } = this.circumstances.get();
    await this.leases.postpone(lease, postponedUntil(seen, options, now, random));
  }
}
