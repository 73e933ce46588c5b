import { Injectable } from '@nestjs/common';
import { Failure } from '#kernel';
import { ConnectSessionStore, type ConnectSessionRecord } from '#store';
import { GrantAdopter } from '#tokens';
import { connectFailure } from './failure-sentences.js';

/** Lets the connection be served that a session stored. */
@Injectable()
export class SessionActivation {
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
}

function isGone(error: unknown): boolean {
  return error instanceof Failure && error.code === 'connection_not_found';
}
