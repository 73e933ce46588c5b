import { Injectable } from '@nestjs/common';
import { Deskera, type Declined, type OurFault, type Refused } from '#deskera';
import { Clock, isUnavailable, type Secret } from '#kernel';
import { ConnectionReads, type ConnectionRecord } from '#connections';
import { DatabaseTime } from '#database';
import { CircumstancesNow } from '../state/circumstances.js';
import { HostEvidence } from './host-evidence.js';
import { event, ofAnotherOrg, unansweredEvent, unopenable } from './refresh-words.js';
import { isBorneOut, withRefusal, type Words } from './refusal-evidence.js';
import {
  grantDead,
  refreshDeclined,
  refusedAndUnknown,
  refusedWhileGood,
  stillDead,
} from '../state/refusal-transitions.js';
import { sameGrant, orgChanged, type Unanswered } from '../state/transitions.js';
import { secondsAfter, secondsBetween } from '../upkeep/due.js';
import type { Judgement } from './state-saves.js';

/** So many other connections that fall with one make it a trouble of many. Answers for another org are rare: one more is enough. */
const othersForMany = { foreign: 1, unclear: 2, known: 3 } as const satisfies Record<Words, number>;

/** Finds what a refused refresh token means: only a token that is bad too makes the grant dead. */
@Injectable()
export class RevocationCheck {
  constructor(
    private readonly reads: ConnectionReads,
    private readonly deskera: Deskera,
    private readonly evidence: HostEvidence,
    private readonly circumstances: CircumstancesNow,
    private readonly clock: Clock,
    private readonly time: DatabaseTime,
  ) {}

  /**
   * At once, but where many connections fall together: then it counts and waits as a refusal in unclear words does.
   * @param isCalledBad Deskera refused the token a moment ago; else it is asked
   * @returns null where the numbers moved meanwhile: theirs is the newer truth
   */
  async judge(
    record: ConnectionRecord,
    { summary }: Refused,
    isCalledBad: boolean,
  ): Promise<Judgement | null> {
    const present = await this.#present(record);
    if (present === null) return null;
    // What was sent without an answer may have spent the refresh token: that is another reason than the one it was given up for.
    if (present.status === 'reconnect_required')
      return present.outcomeUnknown ? this.#dead(present, summary) : this.#stillDead(summary, false);
    if (this.#manyFall(present, 'known') && !this.#isBorneOut(present, 'known'))
      return this.#declined({ kind: 'declined', definite: true, clientDoubt: null, summary });
    return isCalledBad && present.badSince !== null
      ? this.#dead(present, summary)
      : this.#askAbout(present, summary);
  }

  /** As `judge`, where nothing says that the refusal is about this grant: alone it is no verdict. */
  async judgeDeclined(record: ConnectionRecord, outcome: Declined | OurFault): Promise<Judgement | null> {
    const present = await this.#present(record);
    if (present === null) return null;
    if (present.status === 'reconnect_required') return this.#stillDead(outcome.summary, true);
    return this.#isBorneOut(present, 'unclear')
      ? this.#askAbout(present, outcome.summary)
      : this.#declined(outcome);
  }

  /** The refresh brought another org's pair: at one moment that may be a mix-up on the way. */
  async judgeForeign(record: ConnectionRecord): Promise<Judgement | null> {
    const present = await this.#present(record);
    if (present === null) return null;
    if (present.status === 'reconnect_required') return this.#stillDead(ofAnotherOrg.summary, true);
    if (!this.#isBorneOut(present, 'foreign')) return this.#declined(ofAnotherOrg);
    return (seen) => {
      const next = orgChanged(seen, this.circumstances.get());
      return { next, event: event('reconnect_required', { reason: next.reason }) };
    };
  }

  async #present(record: ConnectionRecord): Promise<ConnectionRecord | null> {
    const present = await this.reads.find(record.connectionId);
    return present !== null && sameNumbers(present, record) ? present : null;
  }

  #manyFall(present: ConnectionRecord, words: Words): boolean {
    return this.evidence.othersFalling(present) >= othersForMany[words];
  }

  #isBorneOut(present: ConnectionRecord, words: Words): boolean {
    const { now } = this.circumstances.get();
    const refusals = withRefusal(present, now);
    const since = secondsBetween(refusals.refusedSince ?? now, now);
    const neighbors = {
      doWell: this.evidence.othersDoWell(present, since),
      areDeclined: this.#manyFall(present, words),
    };
    return isBorneOut(refusals, neighbors, { now, steadySeconds: this.time.steadySeconds() }, words);
  }

  /** The refresh token is refused: the token decides. */
  async #askAbout(present: ConnectionRecord, summary: string): Promise<Judgement | null> {
    const token = await this.#token(present);
    if (token === 'unknown') return this.#unknown(unopenable);
    if (token === null) return null;
    const sentAt = this.clock.monotonicMilliseconds();
    const outcome = await this.deskera.validate(present, token);
    switch (outcome.kind) {
      case 'invalid':
        return this.#dead(present, summary);
      case 'valid':
        this.evidence.didWell(present);
        return this.#alive(summary, sentAt);
      case 'our_fault':
      case 'passing':
        return this.#unknown(outcome);
    }
  }

  /** One that can't be opened will not be in the next moment either, and the refusal is known: it is saved as it is. */
  async #token(record: ConnectionRecord): Promise<Secret | null | 'unknown'> {
    try {
      return await this.reads.token(record);
    } catch (error) {
      if (isUnavailable(error)) return 'unknown';
      throw error;
    }
  }

  #unknown(outcome: Unanswered): Judgement {
    return (seen) => ({ next: refusedAndUnknown(seen, outcome, this.circumstances.get()), event: null });
  }

  #declined(outcome: Unanswered): Judgement {
    return (seen) => ({
      next: refreshDeclined(seen, outcome, this.circumstances.get()),
      event: unansweredEvent(seen, outcome),
    });
  }

  #stillDead(summary: string, isUnclear: boolean): Judgement {
    return (seen) => ({ next: stillDead(seen, summary, isUnclear, this.circumstances.get()), event: null });
  }

  async #dead(present: ConnectionRecord, summary: string): Promise<Judgement> {
    const isOlder = await this.reads.isOlderThanServer(present);
    return (seen) => {
      const next = grantDead(seen, summary, this.circumstances.get(), isOlder);
      return { next, event: event('reconnect_required', { reason: next.reason, error: summary }) };
    };
  }

  /** @param sentAt monotonic milliseconds when the question was sent */
  #alive(summary: string, sentAt: number): Judgement {
    return (seen) => {
      const circumstances = this.circumstances.get();
      const asked = secondsAfter(circumstances.now, (sentAt - this.clock.monotonicMilliseconds()) / 1_000);
      const next = refusedWhileGood(seen, summary, asked, circumstances);
      const isNews = seen.attention === null;
      return { next, event: isNews ? event('cannot_be_refreshed', { error: summary }) : null };
    };
  }
}

function sameNumbers(a: ConnectionRecord, b: ConnectionRecord): boolean {
  return sameGrant(a, b) && a.attempt === b.attempt;
}
