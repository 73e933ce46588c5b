import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { ConnectionAdoptions, type AdoptionResult } from '#connections';
import { type SpooledConnect } from '#spool';
import { adoptionDecision } from './adoption-decision.js';
import { CircumstancesNow } from '../state/circumstances.js';
import { secondsAfter } from '../upkeep/due.js';

/** Stores grants of connects, from the callback or from the spool, by the same rule. */
@Injectable()
export class ConnectGrants {
  constructor(
    private readonly adoptions: ConnectionAdoptions,
    private readonly circumstances: CircumstancesNow,
    private readonly clock: Clock,
  ) {}

  /**
   * Decides under the row's lock. A second call for the same grant is harmless.
   * @throws Failure `broker_unavailable`
   */
  store(connect: SpooledConnect): Promise<AdoptionResult> {
    return this.adoptions.adopt({
      ...connect,
      decide: (existing, known) => {
        const circumstances = this.circumstances.get();
        const arrivedAt = secondsAfter(circumstances.now, -this.#secondsSince(connect.grant.arrivedAt));
        return adoptionDecision({ existing, known, connect, arrivedAt }, circumstances);
      },
    });
  }

  #secondsSince(monotonicMilliseconds: number): number {
    return (this.clock.monotonicMilliseconds() - monotonicMilliseconds) / 1_000;
  }
}
