import { Injectable } from '@nestjs/common';
import {
  ConnectionLeases,
  ConnectionReads,
  ConnectionSaves,
  type ConnectionEvent,
  type ConnectionRecord,
  type ConnectionState,
  type Lease,
  type OpenedAttempt,
} from '#connections';
import { sameGrant } from '../state/transitions.js';

/** What Deskera's word makes of a connection. */
interface Verdict {
  readonly next: ConnectionState;
  readonly event: ConnectionEvent | null;
}

/** Called anew with the row as it is where something else of it moved meanwhile. */
export type Judgement = (record: ConnectionRecord) => Verdict;

interface Matter {
  readonly seen: ConnectionRecord;
  /** Ended with the save; null: none is held, or it is to go on. */
  readonly lease: Lease | null;
  readonly judge: Judgement;
  /** Whether the row is still the one that the word was about. */
  readonly concerns: (present: ConnectionRecord) => boolean;
}

/** Whoever moves a row moves it a few times at most while somebody saves a verdict on it. */
const mostLooks = 5;

/**
 * Saves what was learnt of a connection beside a new grant. A state is written as a whole, so it is written only onto
 * the row it was computed from: where that moved, the row is read again, and judged again if it still concerns it.
 */
@Injectable()
export class StateSaves {
  constructor(
    private readonly leases: ConnectionLeases,
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
  ) {}

  /**
   * A word on the stored token.
   * @returns the state that was saved; null where another grant is stored by now
   */
  ofToken(seen: ConnectionRecord, lease: Lease | null, judge: Judgement): Promise<ConnectionState | null> {
    const concerns = (present: ConnectionRecord): boolean =>
      present.status === seen.status && sameGrant(present, seen);
    return this.#save({ seen, lease, judge, concerns });
  }

  /**
   * The end of an attempt; without a judgement only that it has ended. Where a late grant of an older attempt came first, what this one learnt counts no more, but
   * that it has ended.
   * @returns the state that was saved; null where the attempt is not on record as open any more
   */
  ofAttempt(
    { record, lease }: Pick<OpenedAttempt, 'record' | 'lease'>,
    judge: Judgement | null,
  ): Promise<ConnectionState | null> {
    const concerns = (present: ConnectionRecord): boolean =>
      present.attemptOpen &&
      present.attempt === record.attempt &&
      present.attemptProcessId === record.attemptProcessId &&
      present.connectNumber === record.connectNumber;
    const judgeOrClose: Judgement = (present) =>
      judge !== null && sameGrant(present, record) ? judge(present) : closed(present);
    return this.#save({ seen: record, lease, judge: judgeOrClose, concerns });
  }

  async #save({ seen: first, lease, judge, concerns }: Matter): Promise<ConnectionState | null> {
    let seen = first;
    for (let looks = 0; looks < mostLooks; looks += 1) {
      const { next, event } = judge(seen);
      const publish =
        next.status !== seen.status || next.attention !== seen.attention || isNewlyBad(seen, next);
      if (await this.saves.saveState({ seen, next, event, publish, erase: false, lease })) return next;
      const present = await this.reads.find(seen.connectionId);
      if (present === null || !concerns(present)) break;
      if (isOurs(present, seen, next)) return next;
      seen = present;
    }
    if (lease !== null) await this.leases.release(lease);
    return null;
  }
}

/** Every replica has to forget a token that is known to be bad. */
function isNewlyBad(seen: ConnectionRecord, next: ConnectionState): boolean {
  return seen.badSince === null && next.badSince !== null;
}

/** Our own save went through, and its answer was lost: the next version says what we had to say. */
function isOurs(present: ConnectionRecord, seen: ConnectionRecord, next: ConnectionState): boolean {
  return (
    present.stateVersion === seen.stateVersion + 1 &&
    present.attemptOpen === next.attemptOpen &&
    present.unansweredCount === next.unansweredCount &&
    present.lastError === next.lastError &&
    present.verifiedAt?.getTime() === next.verifiedAt?.getTime() &&
    present.badSince?.getTime() === next.badSince?.getTime()
  );
}

function closed(record: ConnectionRecord): Verdict {
  return { next: { ...record, attemptOpen: false }, event: null };
}
