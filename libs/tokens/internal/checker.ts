import { Injectable, Logger } from '@nestjs/common';
import { Deskera, type Slot } from '#deskera';
import { Clock } from '#kernel';
import { BrokerMetrics } from '#observability';
import { ChangeFeed, ConnectionLeases, ConnectionReads, type ConnectionRecord, type Lease } from '#store';
import { blocked, done, lost, type CallResult } from './call-result.js';
import { CircumstancesNow } from './circumstances.js';
import { LeaseKeeper } from './lease-keeper.js';
import { Refresher } from './refresher.js';
import { sameGrant } from './same-grant.js';
import { secondsAfter } from './seconds.js';
import { checkedInvalid, checkedValid, checkUnanswered } from './transitions.js';
import { VerdictSaves } from './verdict-saves.js';

export interface CheckOrder {
  readonly seen: ConnectionRecord;
  /** A lease that is held already; null: a free one is taken. */
  readonly held: Lease | null;
  /** Counts against the checks that callers may cause. */
  readonly onDemand: boolean;
  /** Given back as soon as nothing more is asked of Deskera; left out: its holder keeps it. */
  readonly slot?: Slot;
}

/** Asks Deskera whether a token is good; one that is not is refreshed at once. The caller holds a slot. */
@Injectable()
export class Checker {
  readonly #logger = new Logger('Checker');

  constructor(
    private readonly leases: ConnectionLeases,
    private readonly leaseKeeper: LeaseKeeper,
    private readonly reads: ConnectionReads,
    private readonly verdicts: VerdictSaves,
    private readonly deskera: Deskera,
    private readonly refresher: Refresher,
    private readonly changes: ChangeFeed,
    private readonly circumstances: CircumstancesNow,
    private readonly metrics: BrokerMetrics,
    private readonly clock: Clock,
  ) {}

  async check(order: CheckOrder): Promise<CallResult> {
    const lease =
      order.held ??
      (await this.leases.forCheck(order.seen.connectionId, this.leaseKeeper.leaseSeconds, order.onDemand));
    if (lease === 'leased') return lost;
    if (lease === 'limited') return blocked('check_limited');
    return this.leaseKeeper.during(lease, null, async () => {
      try {
        return await this.#ask(lease, order);
      } catch (error) {
        await this.leases.release(lease).catch(() => undefined);
        throw error;
      }
    });
  }

  async #ask(lease: Lease, order: CheckOrder): Promise<CallResult> {
    const record = await this.reads.find(order.seen.connectionId);
    if (record?.status !== 'connected' || moved(record, order.seen)) return this.#leave(lease);
    const token = await this.reads.token(record);
    if (token === null) return this.#leave(lease);
    const sentAt = this.clock.monotonicMilliseconds();
    const outcome = await this.deskera.validate(record, token);
    const isAnswered = outcome.kind === 'valid' || outcome.kind === 'invalid';
    this.metrics.checkEnded(isAnswered ? outcome.kind : 'unknown');
    // What is refused is refreshed.
    if (outcome.kind !== 'invalid') order.slot?.release();
    switch (outcome.kind) {
      case 'valid':
        await this.verdicts.ofToken(record, lease, (seen) => {
          const circumstances = this.circumstances.get();
          const age = (this.clock.monotonicMilliseconds() - sentAt) / 1_000;
          return {
            next: checkedValid(seen, secondsAfter(circumstances.now, -age), circumstances),
            event: null,
          };
        });
        return done;
      case 'invalid':
        return this.#refuse(record, lease, order);
      case 'our_fault':
      case 'passing': {
        this.#logger.debug(`A check of connection ${record.connectionId} says nothing: ${outcome.summary}`);
        const next = await this.verdicts.ofToken(record, lease, (seen) => ({
          next: checkUnanswered(seen, outcome, this.circumstances.get()),
          event: null,
        }));
        return blocked(next?.failureKind ?? 'deskera_unavailable');
      }
    }
  }

  /** The lease goes on for the refresh. */
  async #refuse(record: ConnectionRecord, lease: Lease, { slot }: CheckOrder): Promise<CallResult> {
    // Even where the database does not take the word now: this process has it.
    this.changes.announce(`tenant:${record.tenantId}`);
    let seen = record;
    const bad = await this.verdicts.ofToken(record, null, (present) => {
      seen = present;
      return {
        next: checkedInvalid(present, this.circumstances.get()),
        event: present.badSince === null ? { kind: 'token_invalid', detail: {} } : null,
      };
    });
    if (bad === null) return this.#leave(lease);
    return this.refresher.refresh({
      seen: { ...seen, ...bad },
      wantedTtlSeconds: null,
      held: lease,
      ...(slot === undefined ? {} : { slot }),
    });
  }

  async #leave(lease: Lease): Promise<CallResult> {
    await this.leases.release(lease);
    return done;
  }
}

/** Another grant, or an answer to somebody else's question that was under way: what was wanted is there. */
function moved(present: ConnectionRecord, seen: ConnectionRecord): boolean {
  return !sameGrant(present, seen) || present.verifiedAt?.getTime() !== seen.verifiedAt?.getTime();
}
