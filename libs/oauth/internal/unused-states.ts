import { Injectable } from '@nestjs/common';
import { Clock, GatheredQuestion, type Secret } from '#kernel';
import { ConnectSessionStore, type ConnectStateRecord } from '#store';
import { sessionIdIn } from './connect-ids.js';

/** Tells a genuine callback from a made-up one where no caller of its kind has a question of its own left. */
@Injectable()
export class UnusedStates {
  readonly #question: GatheredQuestion;

  constructor(store: ConnectSessionStore, clock: Clock) {
    this.#question = new GatheredQuestion((hashes) => store.unusedStates(hashes), clock);
  }

  /**
   * Whether the `state` is known and unused.
   * @param source of the try, as in `Attempt`
   * @throws Failure `broker_unavailable`, also where too many wait
   */
  async include(state: Secret, source: string): Promise<boolean> {
    if (sessionIdIn(state) === null) return false;
    return this.#question.isKnown(state.sha256().toString('hex'), source);
  }
}

/** Whether a callback may still use it: the same that `ConnectSessionStore.unusedStates` asks. */
export function isUnused({ session, consumed, decided }: ConnectStateRecord): boolean {
  return consumed === null && decided === null && !session.ended && !session.expired;
}
