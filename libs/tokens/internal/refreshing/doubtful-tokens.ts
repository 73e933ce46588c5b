import { Injectable } from '@nestjs/common';
import { Deskera, type DeskeraGrant } from '#deskera';
import { Clock } from '#kernel';
import { ConnectionReads, type ConnectionRecord } from '#connections';
import { blocked, done, type CallResult } from './call-result.js';
import { CircumstancesNow } from '../state/circumstances.js';
import { doubtConfirmed, doubtRemoved } from './handed-over.js';
import { secondsAfter } from '../upkeep/due.js';
import { StateSaves } from './state-saves.js';

/** Checks a token that Deskera has just issued and that is past its computed expiry. */
@Injectable()
export class DoubtfulTokens {
  constructor(
    private readonly reads: ConnectionReads,
    private readonly deskera: Deskera,
    private readonly verdicts: StateSaves,
    private readonly circumstances: CircumstancesNow,
    private readonly clock: Clock,
  ) {}

  /**
   * @param record the row at the opening of the attempt; `grant` is stored already, without life
   * @throws Failure `broker_unavailable`: the token stays as it is stored
   */
  async ask(record: ConnectionRecord, grant: DeskeraGrant): Promise<CallResult> {
    const present = await this.reads.find(record.connectionId);
    if (present === null || !holds(present, record)) return done;
    // The stored token outlived its known expiry, so that one was wrong; of another token the life of a fresh one is known.
    const isStored = grant.token.fingerprint() === record.fingerprint;
    const lifeSeconds = isStored ? null : grant.tokenLifeSeconds;
    const sentAt = this.clock.monotonicMilliseconds();
    const { kind } = await this.deskera.validate(record, grant.token);
    switch (kind) {
      case 'valid':
        await this.verdicts.ofToken(present, null, (seen) => {
          const now = this.circumstances.get();
          const asked = secondsAfter(now.now, (sentAt - this.clock.monotonicMilliseconds()) / 1_000);
          return { next: doubtRemoved(seen, asked, lifeSeconds, now), event: null };
        });
        return done;
      case 'invalid':
        await this.verdicts.ofToken(present, null, (seen) => ({
          next: doubtConfirmed(seen, this.circumstances.get()),
          event: seen.badSince === null ? { kind: 'token_invalid', detail: {} } : null,
        }));
        return blocked('deskera_unavailable');
      case 'our_fault':
      case 'passing':
        return blocked('deskera_unavailable');
    }
  }
}

function holds(present: ConnectionRecord, { connectNumber, attempt }: ConnectionRecord): boolean {
  return (
    present.status === 'connected' &&
    present.connectNumber === connectNumber &&
    present.grantAttempt === attempt
  );
}
