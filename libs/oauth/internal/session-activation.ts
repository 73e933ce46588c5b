import { Injectable, Logger } from '@nestjs/common';
import { Failure } from '#kernel';
import { ConnectSessionStore, type AwaitedActivation, type ConnectSessionRecord } from '#connections';
import { GrantAdopter } from '#tokens';
import { connectFailure, recordedFailure, type ConnectFailureCode } from './failure-sentences.js';

/** Maximum number of reads of a session whose connect changes at the same time. */
const mostLooks = 5;

/** Activates the connection of a session. */
@Injectable()
export class SessionActivation {
  readonly #logger = new Logger('Connect');

  constructor(
    private readonly store: ConnectSessionStore,
    private readonly adopter: GrantAdopter,
  ) {}

  /**
   * @param actor the service that confirms; omitted for the person's browser
   * @throws Failure with the session's recorded code if it failed, `connect_superseded` if the connection was
   * replaced or disconnected, `broker_unavailable`
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
   * Ends a session that awaits activation and erases its grant.
   * @returns false if the session no longer awaits activation, for example after a concurrent activation
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
