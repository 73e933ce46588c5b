import { Failure } from '#kernel';
import { ConnectSessions, type ConnectStanding, type StartConnect, type StartedConnect } from '#oauth';

/** One connect session, `known`; remembers what was started. */
export class FakeConnectSessions extends ConnectSessions {
  readonly started: StartConnect[] = [];
  standing: ConnectStanding = { status: 'pending', code: null, connectionId: null, org: null };

  override start(request: StartConnect): Promise<StartedConnect> {
    this.started.push(request);
    return Promise.resolve({
      sessionId: 'known',
      connectUrl: 'https://broker.example/connect/known-link',
      expiresAt: new Date('2026-11-23T12:15:00Z'),
    });
  }

  override status(_tenantId: string, sessionId: string): Promise<ConnectStanding> {
    return sessionId === 'known' ? Promise.resolve(this.standing) : Promise.reject(notFound());
  }

  override confirm(_tenantId: string, sessionId: string): Promise<ConnectStanding> {
    return this.status(_tenantId, sessionId);
  }
}

function notFound(): Failure {
  return new Failure('connect_session_not_found', 'There is no such connect session.');
}
