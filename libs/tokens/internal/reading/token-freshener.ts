import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { ConnectionReads, type ConnectionRecord } from '#connections';
import { DatabaseTime } from '#database';
import type { Degraded } from '../../deskera-token.js';
import type { CallResult } from '../refreshing/call-result.js';
import { ConnectionCalls } from '../refreshing/connection-calls.js';
import type { Deadline } from './deadline.js';
import { afterWaiting, needOf, type Need, type TokenWish } from './token-need.js';
import { sameGrant } from '../state/transitions.js';

export interface Settled {
  /** The row of the last read. */
  readonly record: ConnectionRecord;
  /** What could not be achieved; null if nothing is missing. */
  readonly lacking: Degraded | null;
}

const lookAgainMilliseconds = 100;

/** Checks or refreshes until the token is as requested, or until this is impossible at the moment. */
@Injectable()
export class TokenFreshener {
  constructor(
    private readonly calls: ConnectionCalls,
    private readonly reads: ConnectionReads,
    private readonly time: DatabaseTime,
    private readonly clock: Clock,
  ) {}

  async settle(first: ConnectionRecord, wish: TokenWish, deadline: Deadline): Promise<Settled> {
    let record = first;
    let joined = false;
    for (;;) {
      const need: Need =
        record.status === 'connected' ? this.#needOf(record, wish, deadline, joined) : nothing;
      if (need.kind === 'nothing') return { record, lacking: null };
      if (deadline.passed()) return { record, lacking: record.failureKind ?? 'deskera_unavailable' };

      const underWay = this.calls.underWay(record.connectionId);
      if (underWay === undefined && record.leased) {
        const before = record;
        record = await this.#afterLeaseOf(before, deadline);
        joined ||= answeredSince(first, record);
        if (!joined && failedSince(before, record)) return { record, lacking: record.failureKind };
        continue;
      }
      if (underWay === undefined && this.#mustWait(record, need)) {
        return { record, lacking: record.failureKind ?? lackingDuringPause(record) };
      }
      const result: CallResult | null = await deadline.orNull(underWay ?? this.#start(record, need));
      record = (await this.reads.find(record.connectionId)) ?? record;
      if (result?.kind === 'blocked') return this.#afterBlocked(record, wish, deadline, result.by);
      joined ||= result?.kind === 'done' || answeredSince(first, record);
      if (result?.kind === 'lost' && !record.leased) {
        // An attempt of somebody else's that is open, with no call under way: its owner will come back to it.
        if (record.attemptOpen) return this.#afterBlocked(record, wish, deadline, 'deskera_unavailable');
        await this.clock.sleep(lookAgainMilliseconds);
      }
    }
  }

  #start(seen: ConnectionRecord, need: Exclude<Need, { kind: 'nothing' }>): Promise<CallResult> {
    return need.kind === 'check'
      ? this.calls.check({ seen, held: null, onDemand: true }, 'on_demand')
      : this.calls.refresh({ seen, wantedTtlSeconds: need.wantedTtlSeconds, held: null }, 'on_demand');
  }

  /** The call was blocked, but another process may have achieved what this caller needs. */
  #afterBlocked(record: ConnectionRecord, wish: TokenWish, deadline: Deadline, by: Degraded): Settled {
    const stillNeeded =
      record.status === 'connected' && this.#needOf(record, wish, deadline, false).kind !== 'nothing';
    return { record, lacking: stillNeeded ? by : null };
  }

  #needOf(record: ConnectionRecord, wish: TokenWish, deadline: Deadline, joined: boolean): Need {
    return needOf(record, afterWaiting(wish, deadline.waitedSeconds()), this.time.now(), joined);
  }

  /** If only the refresh token is refused, the token can still be checked. */
  #mustWait(record: ConnectionRecord, need: Need): boolean {
    const onlyRefreshWaits = record.attention !== null && record.failureKind === null;
    if (need.kind === 'check' && onlyRefreshWaits) return false;
    return record.notBefore !== null && record.notBefore > this.time.now();
  }

  /** Another replica calls Deskera: this caller shares the result, including failures. */
  async #afterLeaseOf(record: ConnectionRecord, deadline: Deadline): Promise<ConnectionRecord> {
    let present = record;
    while (present.leased && sameStanding(present, record) && !deadline.passed()) {
      await this.clock.sleep(Math.min(lookAgainMilliseconds, deadline.remainingMilliseconds()));
      present = (await this.reads.find(record.connectionId)) ?? present;
    }
    return present;
  }
}

const nothing: Need = { kind: 'nothing' };

function sameStanding(a: ConnectionRecord, b: ConnectionRecord): boolean {
  return sameGrant(a, b) && a.status === b.status;
}

/** Deskera checked the token, or issued another one, while this caller waited. */
function answeredSince(before: ConnectionRecord, present: ConnectionRecord): boolean {
  return !sameStanding(before, present) || before.verifiedAt?.getTime() !== present.verifiedAt?.getTime();
}

/** Another call failed meanwhile: every outcome sets the row's due time again. */
function failedSince(before: ConnectionRecord, present: ConnectionRecord): boolean {
  return present.failureKind !== null && before.nextDueAt?.getTime() !== present.nextDueAt?.getTime();
}

/** A refused refresh of a good token is no outage of Deskera: `attention` reports it. */
function lackingDuringPause(record: ConnectionRecord): Degraded | null {
  return record.attention === null ? 'deskera_unavailable' : null;
}
