import { Injectable, Logger } from '@nestjs/common';
import { Deskera, type GrantOutcome, type Granted, type Refused } from '#deskera';
import { Clock } from '#kernel';
import {
  ConnectionLeases,
  ConnectionReads,
  ConnectionSaves,
  type ConnectionRecord,
  type ConnectionState,
  type Lease,
  type OpenedAttempt,
  type StateSave,
} from '#store';
import { TokensOptions } from '../options.js';
import { blocked, done, lost, type CallResult } from './call-result.js';
import { CircumstancesNow } from './circumstances.js';
import { DurableSave } from './durable-save.js';
import { LeaseKeeper } from './lease-keeper.js';
import { RefusalJudge } from './refusal-judge.js';
import { orgChanged, refreshed, refreshUnanswered, type Unanswered } from './transitions.js';

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
  /** Own attempts whose call has ended without a definite answer: they may be taken over by this process at once. */
  readonly #ended = new Map<string, number>();

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
    if (mustNotRepeatYet(order.seen, this.circumstances.get().now)) {
      if (order.held !== null) await this.leases.release(order.held);
      return blocked(order.seen.failureKind ?? 'deskera_unavailable');
    }
    const askedAt = this.clock.monotonicMilliseconds();
    const opened = await this.leases.openAttempt({
      seen: order.seen,
      held: order.held,
      leaseSeconds: this.leaseKeeper.leaseSeconds,
      ownEndedAttempt: this.#ended.get(order.seen.connectionId) ?? null,
      takeoverSeconds: this.options.takeoverSeconds,
    });
    if (opened === null) {
      if (order.held !== null) await this.leases.release(order.held);
      return lost;
    }
    this.#ended.delete(order.seen.connectionId);
    const { lease, record } = opened;
    return this.leaseKeeper.during(lease, record.attempt, () => this.#spend(opened, order, askedAt));
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
        if (!outcome.definite) this.#ended.set(record.connectionId, record.attempt);
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
    const revived = record.status === 'reconnect_required';
    await this.durable.untilSaved(`the refreshed grant of connection ${record.connectionId}`, async () => {
      const saved = await this.saves.saveRefresh({
        seen: record,
        lease,
        next: refreshed(record, grant, order.wantedTtlSeconds, this.circumstances.get()),
        event: event(revived ? 'recovered' : 'refreshed', { attempt: record.attempt }),
        grant: { ...grant, arrivedAt, sentAt },
      });
      if (!saved) await this.#explainUnsaved(record, grant.token.fingerprint());
    });
    return done;
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
    const verdict = await this.judge.judge(opened.record, outcome);
    if (verdict === null) {
      await this.leases.release(opened.lease);
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
    save: Pick<StateSave, 'seen' | 'event' | 'lease'> & { next: ConnectionState; publish?: boolean },
  ): Promise<void> {
    const { connectionId } = save.seen;
    await this.durable.untilSaved(`the outcome of connection ${connectionId}`, async () => {
      const saved = await this.saves.saveState({ ...save, publish: save.publish ?? false, erase: false });
      if (!saved && save.lease !== null) await this.leases.release(save.lease);
    });
  }
}

/** A sending without a definite answer is repeated with the row's back-off, whoever wants it sooner. */
function mustNotRepeatYet(record: ConnectionRecord, now: Date): boolean {
  const repeats = record.attemptOpen || record.outcomeUnknown;
  return repeats && record.notBefore !== null && record.notBefore > now;
}

const unopenable: Unanswered = {
  kind: 'passing',
  definite: true,
  reason: 'unreadable',
  retryAfterSeconds: 60,
  summary: 'the stored refresh token can not be opened',
};

function event(kind: string, detail: Record<string, string | number | boolean | null> = {}) {
  return { kind, detail };
}

/** Passing trouble is told once, when it begins: a history of every try would drown the rest. */
function unansweredEvent(record: ConnectionRecord, outcome: Unanswered) {
  if (!outcome.definite)
    return event('refresh_unanswered', { attempt: record.attempt, error: outcome.summary });
  return record.failureKind === null ? event('refresh_failed', { error: outcome.summary }) : null;
}
