import { Injectable } from '@nestjs/common';
import { Failure, type Secret } from '#kernel';
import { ConnectSessionStore, type ConnectSessionRecord } from '#store';
import { Landings, type Landing } from '../landings.js';
import { isSessionId, sha256Of } from './connect-ids.js';
import { connectFailure } from './failure-sentences.js';
import { withReturnFacts } from './return-address.js';
import { SessionActivation } from './session-activation.js';
import { standingOf, type Standing } from './standing.js';

/** A browser's arrival after the connect; where the session asked for it, the activation. */
@Injectable()
export class LandingFlow extends Landings {
  constructor(
    private readonly store: ConnectSessionStore,
    private readonly activation: SessionActivation,
  ) {
    super();
  }

  override async arrive(sessionId: string, browserId: Secret | null): Promise<Landing | null> {
    const session = isSessionId(sessionId) ? await this.store.findBySession(sha256Of(sessionId)) : null;
    if (session === null) return null;
    if (!awaitsItsBrowser(session)) return landing(sessionId, session, standingOf(session));
    await this.#requireItsBrowser(session, browserId);
    return landing(sessionId, session, await this.#activate(session));
  }

  async #requireItsBrowser({ sessionSha256 }: ConnectSessionRecord, browserId: Secret | null): Promise<void> {
    const isIts =
      browserId !== null && (await this.store.completedInBrowser(sessionSha256, browserId.sha256()));
    if (!isIts) throw connectFailure('wrong_browser');
  }

  async #activate(session: ConnectSessionRecord): Promise<Standing> {
    try {
      await this.activation.activate(session);
      return { status: 'connected', code: null };
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'connect_superseded') throw error;
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
