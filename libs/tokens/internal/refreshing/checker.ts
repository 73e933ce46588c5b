import { Injectable, Logger } from '@nestjs/common';
import { Deskera, type Slot } from '#deskera';
import { Clock } from '#kernel';
import { BrokerMetrics } from '#observability';
import { ChangeFeed } from '#database';
import { ConnectionLeases, ConnectionReads, type ConnectionRecord, type Lease } from '#connections';
import { blocked, done, lost, type CallResult } from './call-result.js';
import { CircumstancesNow } from '../state/circumstances.js';
import { HostEvidence } from './host-evidence.js';
import { LeaseRenewer } from './lease-renewer.js';
import { Refresher } from './refresher.js';
import { event } from './refresh-words.js';
import { revived } from '../state/refusal-transitions.js';
import { sameGrant, checkedInvalid, checkedValid, checkUnanswered } from '../state/transitions.js';
import { secondsAfter } from '../upkeep/due.js';
import { StateSaves, type Judgement } from './state-saves.js';

export interface CheckOrder {
  readonly seen: ConnectionRecord;
  /** A lease that the caller holds; null to take a free one. */
  readonly held: Lease | null;
  /** Whether the check counts against the limit of callers' checks. */
  readonly onDemand: boolean;
  /** Released after the last call to Deskera; omitted if the holder keeps it. */
  readonly slot?: Slot;
}

/** Checks a token at Deskera and refreshes it at once if it is bad. The caller holds a slot. */
@Injectable()
export class Checker {
  readonly #logger = new Logger('Checker');

  constructor(
    private readonly leases: ConnectionLeases,
    private readonly leaseRenewer: LeaseRenewer,
    private readonly reads: ConnectionReads,
    private readonly verdicts: StateSaves,
    private readonly deskera: Deskera,
    private readonly refresher: Refresher,
    private readonly evidence: HostEvidence,
    private readonly changes: ChangeFeed,
    private readonly circumstances: CircumstancesNow,
    private readonly metrics: BrokerMetrics,
    private readonly clock: Clock,
  ) {}

  async check(order: CheckOrder): Promise<CallResult> {
    const lease =
      order.held ??
      (await this.leases.forCheck(order.seen.connectionId, this.leaseRenewer.leaseSeconds, order.onDemand));
    if (lease === 'leased') return lost;
    if (lease === 'limited') return blocked('check_limited');
    return this.leaseRenewer.during(lease, null, async () => {
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
    if (record === null || !isAskedAbout(record) || moved(record, order.seen)) return this.#leave(lease);
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
        this.evidence.didWell(record);
        await this.verdicts.ofToken(record, lease, (seen) => this.#good(seen, sentAt));
        return done;
      case 'invalid':
        return this.#refuse(record, lease, order);
      case 'our_fault':
      case 'passing': {
        this.#logger.debug(`A check of connection ${record.connectionId} says nothing: ${outcome.summary}`);
        if (record.status !== 'connected') {
          await this.leases.release(lease);
          return blocked('deskera_unavailable');
        }
        const next = await this.verdicts.ofToken(record, lease, (seen) => ({
          next: checkUnanswered(seen, outcome, this.circumstances.get()),
          event: null,
        }));
        return blocked(next?.failureKind ?? 'deskera_unavailable');
      }
    }
  }

  /** A connection that needs a reconnect is revived by a good token. */
  #good(seen: ConnectionRecord, sentAt: number): ReturnType<Judgement> {
    const circumstances = this.circumstances.get();
    const age = (this.clock.monotonicMilliseconds() - sentAt) / 1_000;
    const asked = secondsAfter(circumstances.now, -age);
    return seen.status === 'reconnect_required'
      ? { next: revived(seen, asked, circumstances), event: event('recovered', { by: 'check' }) }
      : { next: checkedValid(seen, asked, circumstances), event: null };
  }

  /** The lease continues for the refresh. */
  async #refuse(record: ConnectionRecord, lease: Lease, { slot }: CheckOrder): Promise<CallResult> {
    if (record.status !== 'connected')
      return this.refresher.refresh({ seen: record, wantedTtlSeconds: null, held: lease });
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
      tokenIsCalledBad: true,
      ...(slot === undefined ? {} : { slot }),
    });
  }

  async #leave(lease: Lease): Promise<CallResult> {
    await this.leases.release(lease);
    return done;
  }
}

/** A token of another org does not belong to this connection. */
function isAskedAbout({ status, reason }: ConnectionRecord): boolean {
  return status === 'connected' || (status === 'reconnect_required' && reason !== 'org_changed');
}

/** Another grant, or the answer to another process's check, satisfies this caller. */
function moved(present: ConnectionRecord, seen: ConnectionRecord): boolean {
  return !sameGrant(present, seen) || present.verifiedAt?.getTime() !== seen.verifiedAt?.getTime();
}
