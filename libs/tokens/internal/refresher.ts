import { Injectable, Logger } from '@nestjs/common';
import { Deskera, type GrantOutcome, type Granted, type Refused } from '#deskera';
import { Clock } from '#kernel';
import {
  ConnectionLeases,
  ConnectionReads,
  ConnectionSaves,
  type ConnectionRecord,
  type Lease,
  type OpenedAttempt,
  type StateSave,
} from '#store';
import { TokensOptions } from '../options.js';
import { blocked, done, lost, type CallResult } from './call-result.js';
import { CircumstancesNow } from './circumstances.js';
import { DurableSave } from './durable-save.js';
import { LeaseKeeper } from './lease-keeper.js';
import { event, foreign, mustNotRepeatYet, unansweredEvent, unopenable } from './refresh-words.js';
import { RefusalJudge } from './refusal-judge.js';
import { orgChanged, refreshed, refreshUnanswered } from './transitions.js';

export interface RefreshOrder {
  /** The record that made it wanted. */
  readonly seen: ConnectionRecord;
  /** The life a caller wanted, where that is the reason; null: another reason. */
  readonly wantedTtlSeconds: number | null;
  /** A lease that is held already; null: a free one is taken. */
  readonly held: Lease | null;
}

interface Sent {
  readonly opened: OpenedAttempt;
  readonly order: RefreshOrder;
  /** Monotonic milliseconds. */
  readonly sentAt: number;
}

/** One spending of a refresh token, from its lease to what is saved of it. The caller holds a slot. */
@Injectable()
export class Refresher {
  readonly #logger = new Logger('Refresher');
  /** Connections whose refresh token this process may be spending right now. */
  readonly #underWay = new Set<string>();

  constructor(
    private readonly leases: ConnectionLeases,
    private readonly leaseKeeper: LeaseKeeper,
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
    private readonly durable: DurableSave,
    private readonly deskera: Deskera,
    private readonly judge: RefusalJudge,
    private readonly options: TokensOptions,
    private readonly circumstances: CircumstancesNow,
    private readonly clock: Clock,
  ) {}

  async refresh(order: RefreshOrder): Promise<CallResult> {
    const { connectionId } = order.seen;
    if (this.#underWay.has(connectionId)) return this.#leave(order, lost);
    this.#underWay.add(connectionId);
    try {
      return await this.#refresh(order);
    } finally {
      this.#underWay.delete(connectionId);
    }
  }

  async #refresh(order: RefreshOrder): Promise<CallResult> {
    if (mustNotRepeatYet(order.seen, this.circumstances.get().now)) {
      return this.#leave(order, blocked(order.seen.failureKind ?? 'deskera_unavailable'));
    }
    const askedAt = this.clock.monotonicMilliseconds();
    const opened = await this.leases.openAttempt({
      seen: order.seen,
      held: order.held,
      leaseSeconds: this.leaseKeeper.leaseSeconds,
      // Nothing of this process's is under way: an attempt of its own that is open still has ended, whatever it ended with.
      ownEndedAttempt: order.seen.attempt,
      callSeconds: this.leaseKeeper.longestCallSeconds,
      takeoverSeconds: this.options.takeoverSeconds,
    });
    if (opened === null) return this.#leave(order, lost);
    const { lease, record } = opened;
    return this.leaseKeeper.during(lease, record.attempt, () => this.#spend(opened, order, askedAt));
  }

  async #leave({ held }: RefreshOrder, result: CallResult): Promise<CallResult> {
    if (held !== null) await this.leases.release(held);
    return result;
  }

  async #spend(opened: OpenedAttempt, order: RefreshOrder, askedAt: number): Promise<CallResult> {
    const { record } = opened;
    const refreshToken = await this.#openOrGiveBack(opened);
    const sentAt = this.clock.monotonicMilliseconds();
    const outcome = await this.deskera.refresh(record, {
      refreshToken,
      identity: { tenantId: record.orgId, userName: record.email },
      mayStillSend: () => this.leaseKeeper.leavesTimeForACall(askedAt),
    });
    return this.#conclude(outcome, { opened, order, sentAt });
  }

  async #conclude(outcome: GrantOutcome, sent: Sent): Promise<CallResult> {
    const { record, lease } = sent.opened;
    switch (outcome.kind) {
      case 'granted':
        return this.#keep(outcome, sent);
      case 'refused':
        return this.#judgeRefusal(outcome, sent);
      case 'our_fault':
      case 'passing': {
        this.#logger.warn(
          `A refresh of connection ${record.connectionId} brought nothing: ${outcome.summary}`,
        );
        const next = refreshUnanswered(record, outcome, this.circumstances.get());
        await this.#saveState({ seen: record, next, event: unansweredEvent(record, outcome), lease });
        return blocked(next.failureKind ?? 'deskera_unavailable');
      }
    }
  }

  async #keep({ grant }: Granted, { opened, order, sentAt }: Sent): Promise<CallResult> {
    const { record, lease } = opened;
    const arrivedAt = this.clock.monotonicMilliseconds();
    if (grant.orgId !== null && record.orgId !== null && grant.orgId !== record.orgId) {
      const next = orgChanged(record, this.circumstances.get());
      await this.#saveState({
        seen: record,
        next,
        event: event('reconnect_required', { reason: next.reason }),
        lease,
        publish: true,
      });
      return done;
    }
    const result = await this.durable.untilSaved(
      `the refreshed grant of connection ${record.connectionId}`,
      () =>
        this.saves.saveRefresh({
          seen: record,
          lease,
          next: refreshed(record, grant, order.wantedTtlSeconds, this.circumstances.get()),
          event: event('refreshed', { attempt: record.attempt }),
          grant: { ...grant, arrivedAt, sentAt },
        }),
    );
    if (result === 'held_elsewhere') return this.#refuseForeign(opened);
    if (result === 'moved') await this.#explainUnsaved(record, grant.token.fingerprint());
    return done;
  }

  /** Deskera handed out what another connection holds: serving it for both would let one end the other's grant. */
  async #refuseForeign({ record, lease }: OpenedAttempt): Promise<CallResult> {
    this.#logger.error(`A refresh of connection ${record.connectionId} brought another connection's grant.`);
    const next = refreshUnanswered(record, foreign, this.circumstances.get());
    await this.#saveState({ seen: record, next, event: unansweredEvent(record, foreign), lease });
    return blocked('deskera_unavailable');
  }

  /** 0 rows: our own save whose answer was lost, or a newer grant, connect or disconnect. */
  async #explainUnsaved(record: ConnectionRecord, fingerprint: string): Promise<void> {
    const present = await this.reads.find(record.connectionId);
    if (present === null || present.fingerprint === fingerprint || present.status === 'disconnected') return;
    await this.saves.recordEvent(
      record.connectionId,
      event('late_grant_dropped', { attempt: record.attempt }),
    );
  }

  async #judgeRefusal(outcome: Refused, { opened }: Sent): Promise<CallResult> {
    const verdict = await this.durable.untilSaved(
      `a refusal of connection ${opened.record.connectionId}`,
      () => this.judge.judge(opened.record, outcome),
    );
    if (verdict === null) {
      await this.#close(opened);
      return done;
    }
    const { next } = verdict;
    await this.#saveState({
      seen: opened.record,
      next,
      event: verdict.event,
      lease: opened.lease,
      publish: next.status !== 'connected',
    });
    return next.status === 'connected' && next.failureKind !== null ? blocked(next.failureKind) : done;
  }

  /** What can't be opened was not sent: the attempt is closed as it was, and tried again much later. */
  async #openOrGiveBack(opened: OpenedAttempt): ReturnType<OpenedAttempt['openRefreshToken']> {
    try {
      return await opened.openRefreshToken();
    } catch (error) {
      const outcome = unopenable;
      const next = refreshUnanswered(opened.record, outcome, this.circumstances.get());
      await this.#saveState({ seen: opened.record, next, event: null, lease: opened.lease });
      throw error;
    }
  }

  async #saveState(
    save: Pick<StateSave, 'seen' | 'next' | 'event'> & { lease: Lease; publish?: boolean },
  ): Promise<void> {
    const { connectionId } = save.seen;
    await this.durable.untilSaved(`the outcome of connection ${connectionId}`, async () => {
      const saved = await this.saves.saveState({ ...save, publish: save.publish ?? false, erase: false });
      if (saved) return;
      if (save.next.attemptOpen) await this.leases.release(save.lease);
      else await this.#close({ record: save.seen, lease: save.lease });
    });
  }

  /** A late grant of an older attempt came first: what this answer says counts no more, but it was a definite one. */
  async #close({ record, lease }: Pick<OpenedAttempt, 'record' | 'lease'>): Promise<void> {
    const seen = await this.reads.find(record.connectionId);
    const isOurs = seen?.attempt === record.attempt && seen.connectNumber === record.connectNumber;
    if (isOurs && seen.attemptOpen) {
      const next = { ...seen, attemptOpen: false };
      await this.saves.saveState({ seen, next, event: null, publish: false, erase: false, lease });
    } else {
      await this.leases.release(lease);
    }
  }
}
