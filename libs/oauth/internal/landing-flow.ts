import { Injectable } from '@nestjs/common';
import { Failure, isUnavailable, type Secret } from '#kernel';
import { ConnectSessionStore, type ConnectSessionRecord } from '#connections';
import { Landings, type Landing } from '../landings.js';
import { isSessionId, sha256Of } from './connect-ids.js';
import { connectFailure } from './failure-sentences.js';
import { withReturnFacts } from './return-address.js';
import { SessionActivation } from './session-activation.js';
import { standingOf, type Standing } from './standing.js';

/** The return of a browser after the connect, and the activation if the session requires it. */
@Injectable()
export class LandingFlow extends Landings {
  constructor(
    private readonly store: ConnectSessionStore,
    private readonly activation: SessionActivation,
  ) {
    super();
  }

  override async arrive(sessionId: string, browserIds: readonly Secret[]): Promise<Landing | null> {
    const session = isSessionId(sessionId) ? await this.store.findBySession(sha256Of(sessionId)) : null;
    if (session === null) return null;
    if (!awaitsItsBrowser(session)) return landing(sessionId, session, standingOf(session));
    if (await this.#isItsBrowser(session, browserIds)) {
      return landing(sessionId, session, await this.#activate(session));
    }
    if (await this.activation.refuse(session, 'wrong_browser')) throw connectFailure('wrong_browser');
    return this.#decidedMeanwhile(sessionId);
  }

  async #isItsBrowser(
    { sessionSha256 }: ConnectSessionRecord,
    browserIds: readonly Secret[],
  ): Promise<boolean> {
    const hashes = browserIds.map((browserId) => browserId.sha256());
    return hashes.length > 0 && this.store.completedInBrowser(sessionSha256, hashes);
  }

  /** Another landing decided at the same time: this one gets the result of a later landing. */
  async #decidedMeanwhile(sessionId: string): Promise<Landing> {
    const session = await this.store.findBySession(sha256Of(sessionId));
    if (session === null || awaitsItsBrowser(session)) throw connectFailure('wrong_browser');
    return landing(sessionId, session, standingOf(session));
  }

  async #activate(session: ConnectSessionRecord): Promise<Standing> {
    try {
      await this.activation.activate(session);
      return { status: 'connected', code: null };
    } catch (error) {
      if (!(error instanceof Failure) || isUnavailable(error)) throw error;
      return { status: 'failed', code: error.code };
    }
  }
}

function awaitsItsBrowser({ activation, status, expired }: ConnectSessionRecord): boolean {
  return activation === 'browser' && status === 'awaiting_activation' && !expired;
}

function landing(
  sessionId: string,
  { redirectUri }: ConnectSessionRecord,
  { status, code }: Standing,
): Landing {
  const facts = { session: sessionId, status, code: code ?? undefined };
  return { status, code, redirectTo: redirectUri === null ? null : withReturnFacts(redirectUri, facts) };
}
