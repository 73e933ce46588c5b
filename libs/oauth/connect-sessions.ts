import type { ApiVersion, TenantId } from '#kernel';
import type { Activation } from '#connections';
import type { Org } from '#tokens';

export interface StartConnect {
  readonly tenantId: TenantId;
  /** Where the person's browser goes in the end; its origin must be one of the configured ones. */
  readonly redirectUri?: string | undefined;
  readonly apiVersion?: ApiVersion | undefined;
  /** The only org id accepted. */
  readonly org?: string | undefined;
  /** Shown to the person before they go to Deskera: whom the organisation will be connected to. */
  readonly label?: string | undefined;
  readonly activation?: Activation | undefined;
  /** Who starts it, such as `key:<keyId>`: the event of the connection that comes of it names them. */
  readonly actor?: string | undefined;
}

export interface StartedConnect {
  readonly sessionId: string;
  /** Holds the link's secret: for the person alone, never for a log. */
  readonly connectUrl: string;
  readonly expiresAt: Date;
}

export interface ConnectStanding {
  /** `failed` may still become `connected`: until the session ends, the person may open the link again. */
  readonly status: 'pending' | 'awaiting_activation' | 'connected' | 'failed' | 'expired';
  /** Why: the `code` of a problem; null unless `failed` or `expired`. */
  readonly code: string | null;
  readonly connectionId: string | null;
  readonly org: Org | null;
}

/** Connects as the service sees them that starts them. All may throw Failure `broker_unavailable`. */
export abstract class ConnectSessions {
  /** @throws Failure `invalid_redirect_uri`, `invalid_request` */
  abstract start(request: StartConnect): Promise<StartedConnect>;
  /** @throws Failure `connect_session_not_found`, also for another tenant's */
  abstract status(tenantId: TenantId, sessionId: string): Promise<ConnectStanding>;
  /**
   * Lets a connection be served that was stored under `activation: confirm`; once connected it changes nothing.
   *
   * @throws Failure `connect_session_not_found`, `connect_session_not_awaiting`, `connect_superseded`, `state_expired`
   */
  abstract confirm(tenantId: TenantId, sessionId: string, actor?: string): Promise<ConnectStanding>;
}
