import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { ConnectionReads, DatabaseTime, type ConnectionRecord } from '#store';
import type { Degraded } from '../deskera-token.js';
import type { CallResult } from './call-result.js';
import { ConnectionCalls } from './connection-calls.js';
import type { Deadline } from './deadline.js';
import { needOf, type Need, type TokenWish } from './need.js';

export interface Settled {
  /** The row as it was last read. */
  readonly record: ConnectionRecord;
  /** What was needed and could not be had; null: nothing. */
  readonly lacking: Degraded | null;
}

const lookAgainMilliseconds = 100;

/** Brings a connection to where its token is as wished, or finds out that it can't be now. */
@Injectable()
export class Settler {
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
        record.status === 'connected' ? needOf(record, wish, this.time.now(), joined) : nothing;
      if (need.kind === 'nothing') return { record, lacking: null };
      if (deadline.passed()) return { record, lacking: record.failureKind ?? 'deskera_unavailable' };

      const underWay = this.calls.underWay(record.connectionId);
      if (underWay === undefined && record.leased) {
        record = await this.#afterLeaseOf(record, deadline);
        joined = true;
        continue;
      }
      if (underWay === undefined && this.#mustWait(record)) {
        return { record, lacking: record.failureKind ?? lackingDuringPause(record) };
      }
      const result: CallResult | null = await deadline.orNull(underWay ?? this.#start(record, need));
      record = (await this.reads.find(record.connectionId)) ?? record;
      if (result?.kind === 'blocked') return this.#afterBlocked(record, wish, result);
      joined ||= result?.kind === 'done';
      if (result?.kind === 'lost' && !record.leased) {
        // An attempt of somebody else's that is open, with no call under way: its owner will come back to it.
        if (record.attemptOpen)
          return this.#afterBlocked(record, wish, { kind: 'blocked', by: 'deskera_unavailable' });
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
  #afterBlocked(
    record: ConnectionRecord,
    wish: TokenWish,
    result: Extract<CallResult, { kind: 'blocked' }>,
  ): Settled {
    const stillNeeded =
      record.status === 'connected' && needOf(record, wish, this.time.now(), false).kind !== 'nothing';
    return { record, lacking: stillNeeded ? result.by : null };
  }

  #mustWait(record: ConnectionRecord): boolean {
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
  return a.connectNumber === b.connectNumber && a.grantAttempt === b.grantAttempt && a.status === b.status;
}

/** A refresh that is refused while the token is good is no trouble of Deskera's: `attention` tells of it. */
function lackingDuringPause(record: ConnectionRecord): Degraded | null {
  return record.attention === null ? 'deskera_unavailable' : null;
}
