import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DeskeraGate, DeskeraSlots, type Slot, type SlotUse } from '#deskera';
import type { ConnectionRecord } from '#connections';
import { TokensOptions } from '../../options.js';
import { blocked, type CallResult } from './call-result.js';
import { Checker, type CheckOrder } from './checker.js';
import { Drain } from '../durability/drain.js';
import { Refresher, type RefreshOrder } from './refresher.js';

/**
 * This process's calls to Deskera, at most one per connection: all callers share the result of the call in flight. A
 * call belongs to the process and continues when its callers leave.
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
   * While it is unknown whether Deskera answers again, a connected connection is checked first, so that no refresh
   * token is used as a probe; a bad token is then refreshed. A connection in another status can only be refreshed.
   */
  refresh(order: RefreshOrder, use: SlotUse): Promise<CallResult> {
    if (order.seen.status === 'connected' && this.gate.awaitsProbe(order.seen.apiUrl))
      return this.check({ seen: order.seen, held: order.held, onDemand: false }, use);
    return this.#share(order.seen, 'refresh', use, (slot) => this.refresher.refresh({ ...order, slot }));
  }

  /** Waits for the calls in flight, so that a stop loses no grant. */
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
