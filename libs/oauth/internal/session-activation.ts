import { Injectable, Logger } from '@nestjs/common';
import { Failure } from '#kernel';
import { ConnectSessionStore, type ConnectSessionRecord } from '#store';
import { GrantAdopter } from '#tokens';
import { connectFailure, type ConnectFailureCode } from './failure-sentences.js';

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
   * @throws Failure `connect_superseded` where it was replaced or disconnected since, `broker_unavailable`
   */
  async activate(
    { sessionSha256, connectionId, connectNumber }: ConnectSessionRecord,
    actor?: string,
  ): Promise<void> {
    if (connectionId === null || connectNumber === null) throw connectFailure('connect_superseded');
    try {
      await this.adopter.activate(connectionId, connectNumber, actor);
    } catch (error) {
      if (isGone(error)) throw connectFailure('connect_superseded', { cause: error });
      throw error;
    }
    await this.store.recordActivated(sessionSha256);
  }

  /**
   * Ends a session that awaits its activation, and erases the grant that it stored. The session comes first: should the
   * process die in between, nothing can activate the grant any more, and it is erased when its time is up.
   */
  async refuse(
    { sessionSha256, connectionId, connectNumber }: ConnectSessionRecord,
    code: ConnectFailureCode,
  ): Promise<void> {
    if (!(await this.store.recordRefused(sessionSha256, code))) return;
    this.#logger.warn(`A connect session ended unserved (${code}): connection ${connectionId ?? 'unknown'}.`);
    if (connectionId !== null && connectNumber !== null) {
      await this.adopter.refuseActivation(connectionId, connectNumber, code);
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Failure && error.code === 'connection_not_found';
}
