import { Injectable } from '@nestjs/common';
import { GrantSpool } from '#spool';
import { ReplicaSession } from '#database';

/**
 * Tells the other replicas of answers that this process has and could not store: in memory, or in a spool that they may
 * not see. A database that reads and does not write looks well to them, and they would send the same refresh tokens.
 */
@Injectable()
export class HeldAnswers {
  #inMemory = 0;

  constructor(
    private readonly spool: GrantSpool,
    private readonly session: ReplicaSession,
  ) {}

  /** A save of an answer to this process's own attempt failed. @returns ends it: the answer is stored, or in the spool */
  begin(): () => void {
    this.#inMemory += 1;
    this.tell();
    return () => {
      this.#inMemory -= 1;
      this.tell();
    };
  }

  /** To be called whenever something may have come into the spool or gone from it. */
  tell(): void {
    const own = this.#inMemory > 0 ? [this.session.processId] : [];
    this.session.holdAnswersOf(new Set([...own, ...this.spool.attemptOwners()]));
  }
}
