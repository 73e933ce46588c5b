import { Injectable } from '@nestjs/common';
import { Deskera, type Refused } from '#deskera';
import { Clock } from '#kernel';
import { ConnectionReads, type ConnectionEvent, type ConnectionRecord, type ConnectionState } from '#store';
import { CircumstancesNow } from './circumstances.js';
import { secondsAfter } from './seconds.js';
import { grantDead, refusedAndUnknown, refusedWhileGood } from './transitions.js';

export interface Verdict {
  readonly next: ConnectionState;
  readonly event: ConnectionEvent | null;
}

/** Finds what a refused refresh token means: only a token that is bad too makes the grant dead. */
@Injectable()
export class RefusalJudge {
  constructor(
    private readonly reads: ConnectionReads,
    private readonly deskera: Deskera,
    private readonly circumstances: CircumstancesNow,
    private readonly clock: Clock,
  ) {}

  /** @returns null where the numbers moved meanwhile: theirs is the newer truth. */
  async judge(record: ConnectionRecord, refused: Refused): Promise<Verdict | null> {
    const present = await this.reads.find(record.connectionId);
    if (present === null || !sameNumbers(present, record)) return null;
    if (present.badSince !== null) return this.#dead(present, refused);

    const token = await this.reads.token(present);
    if (token === null) return null;
    const sentAt = this.clock.monotonicMilliseconds();
    const outcome = await this.deskera.validate(present, token);
    switch (outcome.kind) {
      case 'invalid':
        return this.#dead(present, refused);
      case 'valid': {
        const circumstances = this.circumstances.get();
        const asked = secondsAfter(circumstances.now, (sentAt - this.clock.monotonicMilliseconds()) / 1_000);
        const next = refusedWhileGood(present, refused.summary, asked, circumstances);
        const first = present.attention === null;
        return {
          next,
          event: first ? { kind: 'cannot_be_refreshed', detail: { error: refused.summary } } : null,
        };
      }
      case 'our_fault':
      case 'passing':
        return { next: refusedAndUnknown(present, outcome, this.circumstances.get()), event: null };
    }
  }

  #dead(record: ConnectionRecord, refused: Refused): Verdict {
    const next = grantDead(record, refused.summary, this.circumstances.get());
    return {
      next,
      event: { kind: 'reconnect_required', detail: { reason: next.reason, error: refused.summary } },
    };
  }
}

function sameNumbers(a: ConnectionRecord, b: ConnectionRecord): boolean {
  return a.connectNumber === b.connectNumber && a.grantAttempt === b.grantAttempt && a.attempt === b.attempt;
}
