import type { ApiVersion, TenantId } from '#kernel';
import type { Activation } from '#connections';
import type { Org } from '#tokens';

export interface StartConnect {
  readonly tenantId: TenantId;
  /** Page to which the person's browser goes at the end. Its origin must be one of the configured origins. */
  readonly redirectUri?: string | undefined;
  readonly apiVersion?: ApiVersion | undefined;
  /** The only accepted org id. */
  readonly org?: string | undefined;
  /** Shown to the person before Deskera's page: to whom the organization will be connected. */
  readonly label?: string | undefined;
  readonly activation?: Activation | undefined;
  /** Actor that starts the session, such as `key:<keyId>`, recorded in the connection's event. */
  readonly actor?: string | undefined;
}

export interface StartedConnect {
  readonly sessionId: string;
  /** Contains the link's secret: only for the person, never for a log. */
  readonly connectUrl: string;
  readonly expiresAt: Date;
}

export interface ConnectStanding {
  /** `failed` may still become `connected`: the person may open the link again until the session ends. */
  readonly status: 'pending' | 'awaiting_activation' | 'connected' | 'failed' | 'expired';
  /** The `code` of a problem; null unless `failed` or `expired`. */
  readonly code: string | null;
  readonly connectionId: string | null;
  readonly org: Org | null;
}

/** Connect sessions for services. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectSessions {
  /** @throws Failure `invalid_redirect_uri`, `invalid_request` */
  abstract start(request: StartConnect): Promise<StartedConnect>;
  /** @throws Failure `connect_session_not_found`, also for a session of another tenant */
  abstract status(tenantId: TenantId, sessionId: string): Promise<ConnectStanding>;
  /**
   * Activates a connection of a session with `activation: confirm`. Changes nothing if the session is connected
   * already.
   * @throws Failure `connect_session_not_found`, `connect_session_not_awaiting`, `connect_superseded`,
   * `state_expired`
   */
  abstract confirm(tenantId: TenantId, sessionId: string, actor?: string): Promise<ConnectStanding>;
}
