import { Injectable } from '@nestjs/common';
import { Clock, GatheredQuestion, type Secret } from '#kernel';
import { ConnectSessionStore } from '#connections';
import type { CallbackParameters } from './callback-parameters.js';
import { sessionIdIn } from './connect-ids.js';

/** A browser sends fewer; more of them would let one callback fill the question. */
const mostBrowserIds = 32;

/** Tells a genuine callback from a made-up one where no caller of its kind has a question of its own left. */
@Injectable()
export class UnusedStates {
  readonly #question: GatheredQuestion;

  constructor(store: ConnectSessionStore, clock: Clock) {
    this.#question = new GatheredQuestion((subjects) => store.unusedStates(subjects), clock);
  }

  /**
   * Whether the `state` is known and unused, and with V2 given to the browser that the callback comes from.
   * @param source of the try, as in `Attempt`
   * @throws Failure `broker_unavailable`, also where too many wait
   */
  async include({ state, browserIds }: CallbackParameters, source: string): Promise<boolean> {
    if (sessionIdIn(state) === null) return false;
    const subject = [state, ...browserIds.slice(0, mostBrowserIds)].map((secret) => hexOf(secret)).join(' ');
    return this.#question.isKnown(subject, source);
  }
}

function hexOf(secret: Secret): string {
  return secret.sha256().toString('hex');
}
