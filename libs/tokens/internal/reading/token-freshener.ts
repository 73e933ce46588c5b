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
  /** The row as it was last read. */
  readonly record: ConnectionRecord;
  /** What was needed and could not be had; null: nothing. */
  readonly lacking: Degraded | null;
}

const lookAgainMilliseconds = 100;

/** Brings a connection to where its token is as wished, or finds out that it can't be now. */
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

  /** The call was blocked, but somebody else may have brought what this caller wants meanwhile. */
  #afterBlocked(record: ConnectionRecord, wish: TokenWish, deadline: Deadline, by: Degraded): Settled {
    const stillNeeded =
      record.status === 'connected' && this.#needOf(record, wish, deadline, false).kind !== 'nothing';
    return { record, lacking: stillNeeded ? by : null };
  }

  #needOf(record: ConnectionRecord, wish: TokenWish, deadline: Deadline, joined: boolean): Need {
    return needOf(record, afterWaiting(wish, deadline.waitedSeconds()), this.time.now(), joined);
  }

  /** Where only the refresh token is refused, Deskera can still be asked about the token. */
  #mustWait(record: ConnectionRecord, need: Need): boolean {
    const onlyRefreshWaits = record.attention !== null && record.failureKind === null;
    if (need.kind === 'check' && onlyRefreshWaits) return false;
    return record.notBefore !== null && record.notBefore > this.time.now();
  }

  /** Another replica asks Deskera: its outcome is shared, failures too. */
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

/** Deskera gave a word on the token, or another token, while this caller waited. */
function answeredSince(before: ConnectionRecord, present: ConnectionRecord): boolean {
  return !sameStanding(before, present) || before.verifiedAt?.getTime() !== present.verifiedAt?.getTime();
}

/** A call ended in trouble meanwhile: each outcome says anew when the row is due. */
function failedSince(before: ConnectionRecord, present: ConnectionRecord): boolean {
  return present.failureKind !== null && before.nextDueAt?.getTime() !== present.nextDueAt?.getTime();
}

/** A refresh that is refused while the token is good is no trouble of Deskera's: `attention` tells of it. */
function lackingDuringPause(record: ConnectionRecord): Degraded | null {
  return record.attention === null ? 'deskera_unavailable' : null;
}
