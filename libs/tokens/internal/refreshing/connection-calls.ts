import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DeskeraGate, DeskeraSlots, type Slot, type SlotUse } from '#deskera';
import type { ConnectionRecord } from '#connections';
import { TokensOptions } from '../../options.js';
import { blocked, type CallResult } from './call-result.js';
import { Checker, type CheckOrder } from './checker.js';
import { Drain } from '../durability/drain.js';
import { Refresher, type RefreshOrder } from './refresher.js';

/**
 * The calls to Deskera that this process has under way, at most one per connection: whoever wants something of a
 * connection while one is under way shares its end. A call belongs to the process: a caller that leaves ends nothing.
 */
@Injectable()
export class ConnectionCalls implements OnModuleDestroy {
  readonly #logger = new Logger('ConnectionCalls');
  readonly #underWay = new Map<string, Promise<CallResult>>();

  constructor(
    private readonly gate: DeskeraGate,
    private readonly slots: DeskeraSlots,
    private readonly checker: Checker,
    private readonly refresher: Refresher,
    private readonly options: TokensOptions,
    private readonly drain: Drain,
  ) {}

  underWay(connectionId: string): Promise<CallResult> | undefined {
    return this.#underWay.get(connectionId);
  }

  check(order: CheckOrder, use: SlotUse): Promise<CallResult> {
    return this.#share(order.seen, 'validate', use, (slot) => this.checker.check({ ...order, slot }));
  }

  /**
   * While it is not known whether Deskera answers again, a check is made first: what finds that out should be no sending
   * of a refresh token. A token that is bad is refreshed on its answer. Of a connection that is not served no token is
   * checked: there is nothing but its refresh.
   */
  refresh(order: RefreshOrder, use: SlotUse): Promise<CallResult> {
    if (order.seen.status === 'connected' && this.gate.awaitsProbe(order.seen.apiUrl))
      return this.check({ seen: order.seen, held: order.held, onDemand: false }, use);
    return this.#share(order.seen, 'refresh', use, (slot) => this.refresher.refresh({ ...order, slot }));
  }

  /** Waits for the calls under way, so that no grant is lost to a stop. */
  async onModuleDestroy(): Promise<void> {
    if (this.#underWay.size === 0) return;
    this.#logger.log(`Waiting for ${String(this.#underWay.size)} calls to Deskera to end.`);
    await this.drain.until(() => [...this.#underWay.values()]);
  }

  #share(
    record: ConnectionRecord,
    operation: 'refresh' | 'validate',
    use: SlotUse,
    call: (slot: Slot) => Promise<CallResult>,
  ): Promise<CallResult> {
    const present = this.#underWay.get(record.connectionId);
    if (present !== undefined) return present;
    const by = this.gate.holdsBack(record, operation);
    if (by !== null) return Promise.resolve(blocked(by));
    const shared = this.#withSlot(use, call).finally(() => {
      this.#underWay.delete(record.connectionId);
    });
    this.#underWay.set(record.connectionId, shared);
    // Every caller may have left by the time it fails.
    shared.catch(() => undefined);
    return shared;
  }

  async #withSlot(use: SlotUse, call: (slot: Slot) => Promise<CallResult>): Promise<CallResult> {
    const slot = await this.slots.take(use, this.options.timeoutSeconds * 1_000);
    if (slot === null) return blocked('deskera_unavailable');
    try {
      return await call(slot);
    } finally {
      slot.release();
    }
  }
}
