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

/** The state that an answer of Deskera leads to. */
interface Verdict {
  readonly next: ConnectionState;
  readonly event: ConnectionEvent | null;
}

/** Called again with the present row if other parts of it changed. */
export type Judgement = (record: ConnectionRecord) => Verdict;

interface Matter {
  readonly seen: ConnectionRecord;
  /** Lease to release with the save; null if none is held or it continues. */
  readonly lease: Lease | null;
  readonly judge: Judgement;
  /** Whether the answer still applies to the row. */
  readonly concerns: (present: ConnectionRecord) => boolean;
}

/** Maximum number of tries: other processes change a row only a few times meanwhile. */
const mostLooks = 5;

/**
 * Saves states that follow from Deskera's answers. A state is saved as a whole, so only onto the row it was computed
 * from. If the row changed, it is read again, and the state is computed again if the answer still applies.
 */
@Injectable()
export class StateSaves {
  constructor(
    private readonly leases: ConnectionLeases,
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
  ) {}

  /**
   * Saves the result of a check.
   * @returns the saved state; null if another grant is stored now
   */
  ofToken(seen: ConnectionRecord, lease: Lease | null, judge: Judgement): Promise<ConnectionState | null> {
    const concerns = (present: ConnectionRecord): boolean =>
      present.status === seen.status && sameGrant(present, seen);
    return this.#save({ seen, lease, judge, concerns });
  }

  /**
   * Ends an attempt, with a state if given. If a late grant of an older attempt was saved first, only the end is
   * recorded.
   * @returns the saved state; null if the attempt is no longer open
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

/** Whether every replica has to forget the token, because it is known to be bad. */
function isNewlyBad(seen: ConnectionRecord, next: ConnectionState): boolean {
  return seen.badSince === null && next.badSince !== null;
}

/** Whether this save succeeded and its answer was lost: the next version holds this state. */
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
