import { Injectable, Logger } from '@nestjs/common';
import {
  Deskera,
  type Declined,
  type DeskeraGrant,
  type GrantOutcome,
  type OurFault,
  type PassingFailure,
  type Refused,
  type Slot,
} from '#deskera';
import { Clock, type Secret } from '#kernel';
import { BrokerMetrics } from '#observability';
import {
  ConnectionLeases,
  ConnectionReads,
  type ConnectionRecord,
  type ConnectionState,
  type Lease,
  type OpenedAttempt,
} from '#connections';
import { TokensOptions } from '../../options.js';
import { blocked, done, lost, type CallResult } from './call-result.js';
import { CircumstancesNow } from '../state/circumstances.js';
import { DoubtfulTokens } from './doubtful-tokens.js';
import { DurableSave } from '../durability/durable-save.js';
import { handedOver, isOfAnotherOrg, storedInTrouble, withoutLife } from './handed-over.js';
import { HostEvidence } from './host-evidence.js';
import { LeaseRenewer } from './lease-renewer.js';
import { event, mustNotRepeatYet, unansweredEvent, unopenable, unreadIn } from './refresh-words.js';
import { RefreshedGrants } from './refreshed-grants.js';
import { RevocationCheck } from './revocation-check.js';
import { SpoolReplay } from '../durability/spool-replay.js';
import { refreshed, refreshUnanswered, type Unanswered } from '../state/transitions.js';
import { StateSaves, type Judgement } from './state-saves.js';

export interface RefreshOrder {
  /** The record on which the refresh was decided. */
  readonly seen: ConnectionRecord;
  /** The life that a caller wanted, if that is the reason; null for another reason. */
  readonly wantedTtlSeconds: number | null;
  /** A lease that the caller holds; null to take a free one. */
  readonly held: Lease | null;
  /** Set if Deskera refused the token just before. */
  readonly tokenIsCalledBad?: true;
  /** Released after the last call to Deskera; omitted if the holder keeps it. */
  readonly slot?: Slot;
}

interface Sent {
  readonly opened: OpenedAttempt;
  readonly order: RefreshOrder;
  /** Monotonic milliseconds. */
  readonly sentAt: number;
}

/** Refreshes a connection: clear the spool, open the attempt, call Deskera, save. The caller holds a slot. */
@Injectable()
export class Refresher {
  readonly #logger = new Logger('Refresher');
  /** Connections whose refresh token this process may be using. */
  readonly #underWay = new Set<string>();

  constructor(
    private readonly leases: ConnectionLeases,
    private readonly leaseRenewer: LeaseRenewer,
    private readonly reads: ConnectionReads,
    private readonly grants: RefreshedGrants,
    private readonly doubtful: DoubtfulTokens,
    private readonly verdicts: StateSaves,
    private readonly durable: DurableSave,
    private readonly spool: SpoolReplay,
    private readonly deskera: Deskera,
    private readonly judge: RevocationCheck,
    private readonly evidence: HostEvidence,
    private readonly options: TokensOptions,
    private readonly circumstances: CircumstancesNow,
    private readonly metrics: BrokerMetrics,
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
    const { failureKind } = order.seen;
    const notNow = blocked(failureKind ?? 'deskera_unavailable');
    if (mustNotRepeatYet(order.seen, this.circumstances.get().now)) return this.#leave(order, notNow);
    if (!(await this.spool.isClearFor(order.seen))) return this.#leave(order, notNow);
    this.deskera.prepareRefresh(order.seen);
    const askedAt = this.clock.monotonicMilliseconds();
    const opened = await this.leases.openAttempt({
      seen: order.seen,
      held: order.held,
      leaseSeconds: this.leaseRenewer.leaseSeconds,
      // Nothing of this process's is under way: an attempt of its own that is open still has ended, whatever it ended with.
      ownEndedAttempt: order.seen.attempt,
      callSeconds: this.leaseRenewer.callSeconds,
      takeoverSeconds: this.options.takeoverSeconds,
    });
    if (opened === null) return this.#leave(order, lost);
    const { lease, record } = opened;
    return this.leaseRenewer.during(lease, record.attempt, () => this.#spend(opened, order, askedAt));
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
      mayStillSend: () => this.leaseRenewer.leavesTimeForACall(askedAt),
    });
    return this.#conclude(outcome, { opened, order, sentAt });
  }

  async #conclude(outcome: GrantOutcome, sent: Sent): Promise<CallResult> {
    if (outcome.kind === 'granted') {
      if (isOfAnotherOrg(outcome.grant, sent.opened.record)) return this.#judgeForeign(sent);
      this.evidence.didWell(sent.opened.record);
      return this.#keep(outcome.grant, sent, unreadIn(outcome.grant));
    }
    // A refusal is judged by asking again.
    if (isRefusal(outcome)) return this.#judgeRefusal(outcome, sent);
    sent.order.slot?.release();
    if (outcome.kind === 'passing' && outcome.newRefreshToken !== undefined)
      return this.#keepRefreshToken(outcome, outcome.newRefreshToken, sent);
    return this.#leaveUnanswered(outcome, sent);
  }

  async #leaveUnanswered(outcome: Unanswered, { opened }: Sent): Promise<CallResult> {
    const { connectionId } = opened.record;
    this.#logger.warn(`A refresh of connection ${connectionId} brought nothing: ${outcome.summary}`);
    this.metrics.refreshEnded(nothingBrought(outcome));
    const next = await this.#endUnanswered(opened, outcome);
    return blocked(next?.failureKind ?? 'deskera_unavailable');
  }

  /** Saves a new refresh token that came without a token: the one that was sent may be used up. */
  async #keepRefreshToken(outcome: PassingFailure, refreshToken: Secret, sent: Sent): Promise<CallResult> {
    const { record } = sent.opened;
    const token = await this.durable
      .untilSaved(`The new refresh token of connection ${record.connectionId}`, () =>
        this.reads.token(record),
      )
      .catch(() => null);
    if (token === null) {
      await this.#endUnanswered(sent.opened, outcome);
      return blocked('deskera_unavailable');
    }
    const { orgId, orgName, email } = record;
    const unknown = { tokenLifeSeconds: null, refreshTokenLifeSeconds: null };
    return this.#keep({ token, refreshToken, orgId, orgName, email, ...unknown }, sent, outcome.summary);
  }

  /** @param trouble what the answer lacked; null if it was complete */
  async #keep(
    granted: DeskeraGrant,
    { opened, order, sentAt }: Sent,
    trouble: string | null,
  ): Promise<CallResult> {
    const { record, lease } = opened;
    const arrivedAt = this.clock.monotonicMilliseconds();
    const circumstances = this.circumstances.get();
    const { grant, isDoubtful } = handedOver(record, granted, circumstances.now);
    const stored = isDoubtful ? withoutLife(grant) : grant;
    const lastError = trouble ?? (isDoubtful ? 'the refresh brought a token that is past its expiry' : null);
    const next = refreshed(record, stored, order.wantedTtlSeconds, circumstances);
    if (!isDoubtful) order.slot?.release();
    const refresh = {
      kind: 'refresh',
      seen: record,
      lease,
      next: lastError === null ? next : storedInTrouble(next, record, lastError, circumstances),
      event: event('refreshed', {
        attempt: record.attempt,
        ...(lastError === null ? {} : { error: lastError }),
      }),
      orgName: grant.orgName,
      grant: { ...stored, arrivedAt, sentAt },
    } as const;
    const result = await this.durable.untilSafe(
      `The refreshed grant of connection ${record.connectionId}`,
      refresh,
      () => this.grants.save(refresh),
    );
    this.metrics.refreshEnded(endOfGrant[result]);
    if (result === 'held_elsewhere') return blocked('deskera_unavailable');
    if (result === 'spooled') return lost;
    return isDoubtful && result === 'saved' ? this.doubtful.ask(record, grant) : done;
  }

  async #judgeRefusal(outcome: Refusal, { opened, order }: Sent): Promise<CallResult> {
    const { record } = opened;
    if (outcome.kind !== 'refused')
      this.#logger.warn(`A refresh of connection ${record.connectionId} was turned down: ${outcome.summary}`);
    // One that was given up says nothing new.
    if (record.status !== 'reconnect_required') this.evidence.wasDeclined(record);
    const judgement = await this.durable.untilSaved(`The refusal of connection ${record.connectionId}`, () =>
      outcome.kind === 'refused'
        ? this.judge.judge(record, outcome, order.tokenIsCalledBad === true)
        : this.judge.judgeDeclined(record, outcome),
    );
    this.metrics.refreshEnded(judgement === null ? 'superseded' : metricOf(outcome));
    return this.#endJudged(opened, judgement);
  }

  /** A pair of another org is neither served nor stored: a cache in between may have mixed up the answers. */
  async #judgeForeign({ opened, order }: Sent): Promise<CallResult> {
    const { record } = opened;
    order.slot?.release();
    this.#logger.error(`A refresh of connection ${record.connectionId} brought the pair of another org.`);
    if (record.status !== 'reconnect_required') this.evidence.wasDeclined(record);
    const judgement = await this.durable.untilSaved(
      `The foreign pair of connection ${record.connectionId}`,
      () => this.judge.judgeForeign(record),
    );
    this.metrics.refreshEnded('foreign');
    return this.#endJudged(opened, judgement);
  }

  async #endJudged(opened: OpenedAttempt, judgement: Judgement | null): Promise<CallResult> {
    const next = await this.#end(opened, judgement);
    if (judgement === null || next === null) return done;
    if (next.status === 'reconnect_required') this.evidence.wasGivenUp(opened.record);
    return next.failureKind === null ? done : blocked(next.failureKind);
  }

  /** A refresh token that cannot be decrypted was not sent: the attempt is closed and retried much later. */
  async #openOrGiveBack(opened: OpenedAttempt): ReturnType<OpenedAttempt['openRefreshToken']> {
    try {
      return await opened.openRefreshToken();
    } catch (error) {
      this.metrics.refreshEnded('failed');
      await this.#end(opened, (seen) => ({
        next: refreshUnanswered(seen, unopenable, this.circumstances.get()),
        event: null,
      }));
      throw error;
    }
  }

  #endUnanswered(opened: OpenedAttempt, outcome: Unanswered): Promise<ConnectionState | null> {
    return this.#end(opened, (seen) => ({
      next: refreshUnanswered(seen, outcome, this.circumstances.get()),
      event: unansweredEvent(seen, outcome),
    }));
  }

  #end(opened: OpenedAttempt, judgement: Judgement | null): Promise<ConnectionState | null> {
    return this.durable.untilSaved(`The outcome of connection ${opened.record.connectionId}`, () =>
      this.verdicts.ofAttempt(opened, judgement),
    );
  }
}

const endOfGrant = {
  saved: 'refreshed',
  moved: 'superseded',
  held_elsewhere: 'foreign',
  spooled: 'spooled',
} as const;

/** Outcomes in which Deskera answered and issued no grant. A refused client says nothing about the grant. */
type Refusal =
  Refused | Declined | (OurFault & { readonly reason: Exclude<OurFault['reason'], 'client_refused'> });

function isRefusal(outcome: Exclude<GrantOutcome, { kind: 'granted' }>): outcome is Refusal {
  if (outcome.kind === 'our_fault') return outcome.reason !== 'client_refused';
  return outcome.kind !== 'passing';
}

function metricOf(outcome: Refusal): 'refused' | 'declined' | 'client_refused' | 'failed' {
  if (outcome.kind !== 'our_fault') return outcome.kind;
  return outcome.reason === 'client_doubted' ? 'client_refused' : 'failed';
}

function nothingBrought(outcome: Unanswered): 'client_refused' | 'unanswered' | 'failed' {
  if (outcome.kind === 'our_fault') return 'client_refused';
  return outcome.definite ? 'failed' : 'unanswered';
}
