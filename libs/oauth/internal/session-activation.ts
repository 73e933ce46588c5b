import { Injectable, Logger } from '@nestjs/common';
import { Failure } from '#kernel';
import { ConnectSessionStore, type AwaitedActivation, type ConnectSessionRecord } from '#connections';
import { GrantAdopter } from '#tokens';
import { connectFailure, recordedFailure, type ConnectFailureCode } from './failure-sentences.js';

/** A session whose connect moves on in the same moment is looked at again so often. */
const mostLooks = 5;

/** Lets the connection be served that a session stored. */
@Injectable()
export class SessionActivation {
  readonly #logger = new Logger('Connect');

  constructor(
    private readonly store: ConnectSessionStore,
    private readonly adopter: GrantAdopter,
  ) {}

  /**
   * @param actor the service that confirms it; left out: the browser of the person
   * @throws Failure with the session's recorded code where it failed meanwhile, `connect_superseded` where the connection
   * was replaced or disconnected since, `broker_unavailable`
   */
  async activate(session: ConnectSessionRecord, actor?: string): Promise<void> {
    const awaited = awaitedBy(session);
    if (awaited === null) throw connectFailure('connect_superseded');
    try {
      await this.adopter.activate(awaited, actor);
    } catch (error) {
      if (isGone(error)) throw await this.#endOf(session, error);
      throw error;
    }
    const isConnected = await this.store.recordActivated(awaited.sessionSha256, awaited.connectNumber);
    if (!isConnected) throw await this.#endOf(session);
  }

  /**
   * Ends a session that awaits its activation, and erases the grant that it stored.
   * @returns false where it does not await it any more, such as after its activation in the same moment
   * @throws Failure `broker_unavailable`
   */
  async refuse(session: ConnectSessionRecord, code: ConnectFailureCode): Promise<boolean> {
    let seen: ConnectSessionRecord | null = session;
    for (let looks = 0; looks < mostLooks && seen !== null; looks += 1) {
      const awaited = awaitedBy(seen);
      if (awaited === null) return false;
      if (await this.adopter.refuseActivation(awaited, code)) {
        this.#logger.warn(`A connect session ended unserved (${code}): connection ${awaited.connectionId}.`);
        return true;
      }
      seen = await this.store.findBySession(session.sessionSha256);
    }
    return false;
  }

  async #endOf({ sessionSha256 }: ConnectSessionRecord, cause?: unknown): Promise<Failure> {
    const now = await this.store.findBySession(sessionSha256);
    const code = now?.status === 'failed' ? now.failureCode : null;
    return code === null ? connectFailure('connect_superseded', { cause }) : recordedFailure(code);
  }
}

function awaitedBy(session: ConnectSessionRecord): AwaitedActivation | null {
  const { sessionSha256, status, connectionId, connectNumber } = session;
  if (status !== 'awaiting_activation' || connectionId === null || connectNumber === null) return null;
  return { sessionSha256, connectionId, connectNumber };
}

function isGone(error: unknown): boolean {
  return error instanceof Failure && error.code === 'connection_not_found';
}
