import { Injectable } from '@nestjs/common';
import { Failure, type TenantId } from '#kernel';
import { ConnectSessionStore, type ConnectSessionRecord } from '#connections';
import { Connections, type Org } from '#tokens';
import {
  ConnectSessions,
  type ConnectStanding,
  type StartConnect,
  type StartedConnect,
} from '../connect-sessions.js';
import { OauthOptions } from '../options.js';
import { isSessionId, newLinkId, newSessionId, sha256Of } from './connect-ids.js';
import { connectFailure } from './failure-sentences.js';
import { sessionTerms } from './new-session.js';
import { SessionActivation } from './session-activation.js';
import { standingOf } from './standing.js';

/** Starts connect sessions and reports on them. */
@Injectable()
export class SessionFlow extends ConnectSessions {
  constructor(
    private readonly store: ConnectSessionStore,
    private readonly connections: Connections,
    private readonly activation: SessionActivation,
    private readonly options: OauthOptions,
  ) {
    super();
  }

  override async start(request: StartConnect): Promise<StartedConnect> {
    const terms = sessionTerms(request, this.options);
    const sessionId = newSessionId();
    const linkId = newLinkId(sessionId);
    const expiresAt = await this.store.create({
      ...terms,
      sessionSha256: sha256Of(sessionId),
      linkSha256: linkId.sha256(),
    });
    return { sessionId, connectUrl: `${this.options.publicUrl}/connect/${linkId.reveal()}`, expiresAt };
  }

  override async status(tenantId: TenantId, sessionId: string): Promise<ConnectStanding> {
    return this.#standing(await this.#find(tenantId, sessionId));
  }

  override async confirm(tenantId: TenantId, sessionId: string, actor?: string): Promise<ConnectStanding> {
    const session = await this.#find(tenantId, sessionId);
    if (!needsConfirmation(session)) return this.#standing(session);
    await this.activation.activate(session, actor);
    return this.#standing({ ...session, status: 'connected' });
  }

  async #find(tenantId: TenantId, sessionId: string): Promise<ConnectSessionRecord> {
    const session = isSessionId(sessionId) ? await this.store.findBySession(sha256Of(sessionId)) : null;
    if (session?.tenantId !== tenantId) {
      throw new Failure('connect_session_not_found', 'This tenant has no such connect session.');
    }
    return session;
  }

  async #standing(session: ConnectSessionRecord): Promise<ConnectStanding> {
    const { status, code } = standingOf(session);
    const hasConnection = status === 'connected' || status === 'awaiting_activation';
    const connectionId = hasConnection ? session.connectionId : null;
    return { status, code, connectionId, org: connectionId === null ? null : await this.#org(connectionId) };
  }

  async #org(connectionId: string): Promise<Org | null> {
    try {
      return (await this.connections.find(connectionId)).org;
    } catch (error) {
      if (error instanceof Failure && error.code === 'connection_not_found') return null;
      throw error;
    }
  }
}

/** False if the session is confirmed already: a confirmation may be repeated after a lost answer. */
function needsConfirmation({ activation, status, expired }: ConnectSessionRecord): boolean {
  const isConfirmed = activation === 'confirm' && status === 'connected';
  if (isConfirmed) return false;
  if (expired) throw connectFailure('state_expired');
  if (activation === 'confirm' && status === 'awaiting_activation') return true;
  throw new Failure('connect_session_not_awaiting', 'This connect session does not await a confirmation.');
}
