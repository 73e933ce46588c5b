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

/**
 * Number of other connections that must be refused together for a common cause. Pairs of another org are rare: one
 * more is enough.
 */
const othersForMany = { foreign: 1, unclear: 2, known: 3 } as const satisfies Record<Words, number>;

/** Decides what a refused refresh token means. The grant has ended only if the token is bad too. */
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
   * Judges a refusal in known words: at once, unless many connections are refused together; then it waits like an
   * unclear one.
   * @param isCalledBad whether Deskera refused the token just before; otherwise it is checked
   * @returns null if the row has a newer grant or attempt
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

  /** Judges a refusal that does not name this grant: no verdict by itself. */
  async judgeDeclined(record: ConnectionRecord, outcome: Declined | OurFault): Promise<Judgement | null> {
    const present = await this.#present(record);
    if (present === null) return null;
    if (present.status === 'reconnect_required') return this.#stillDead(outcome.summary, true);
    return this.#isBorneOut(present, 'unclear')
      ? this.#askAbout(present, outcome.summary)
      : this.#declined(outcome);
  }

  /** Judges a refresh that returned another org's pair: once, this may be a mix-up on the way. */
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

  /** The refresh token is refused: a check of the token decides. */
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

  /** A token that cannot be decrypted stays so, and the refusal is known: it is saved without a check. */
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

  /** @param sentAt monotonic milliseconds at which the check was sent */
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
