import { Injectable } from '@nestjs/common';
import { Clock, GatheredQuestion, type Secret } from '#kernel';
import { ConnectSessionStore } from '#connections';
import type { CallbackParameters } from './callback-parameters.js';
import { sessionIdIn } from './connect-ids.js';

/** More browser ids than a browser sends are ignored, so that one callback cannot fill the question. */
const mostBrowserIds = 32;

/** Distinguishes genuine callbacks from invented ones when the limit of single queries is reached. */
@Injectable()
export class UnusedStates {
  readonly #question: GatheredQuestion;

  constructor(store: ConnectSessionStore, clock: Clock) {
    this.#question = new GatheredQuestion((subjects) => store.unusedStates(subjects), clock);
  }

  /**
   * Whether the `state` is known and unused and, with V2, was given to the browser of the callback.
   * @param source source of the try, as in `Attempt`
   * @throws Failure `broker_unavailable`, also if too many wait
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
