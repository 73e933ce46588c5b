import { Injectable } from '@nestjs/common';
import { GrantSpool } from '#spool';
import { ReplicaSession } from '#database';

/**
 * Tells the other replicas that this process holds answers that it could not store, in memory or in a spool that they
 * may not see. A read-only database looks healthy to them, and they would send the same refresh tokens.
 */
@Injectable()
export class HeldAnswers {
  #inMemory = 0;

  constructor(
    private readonly spool: GrantSpool,
    private readonly session: ReplicaSession,
  ) {}

  /**
   * Marks an answer to this process's own attempt as not stored.
   * @returns a function to call when the answer is stored or spooled
   */
  begin(): () => void {
    this.#inMemory += 1;
    this.tell();
    return () => {
      this.#inMemory -= 1;
      this.tell();
    };
  }

  /** Call it whenever the content of the spool may have changed. */
  tell(): void {
    const own = this.#inMemory > 0 ? [this.session.processId] : [];
    this.session.holdAnswersOf(new Set([...own, ...this.spool.attemptOwners()]));
  }
}
