import type { DeskeraGrant, DeskeraTarget } from '#deskera';
import type { Activation, AwaitedActivation } from '#connections';
import type { TenantId } from '#kernel';

/** A grant that Deskera issued for a connect, with the conditions of the connect. */
export interface AdoptionRequest {
  readonly tenantId: TenantId;
  readonly target: DeskeraTarget;
  readonly grant: DeskeraGrant;
  /** Drawn when the `state` was used. Orders this connect among all connects and disconnects. */
  readonly connectNumber: number;
  /** The only accepted org id; null for any. */
  readonly requiredOrgId: string | null;
  readonly activation: Activation;
  /** Seconds from now within which the connection must be activated. */
  readonly activationSeconds: number;
  /** The `state` and session whose outcome is recorded in the transaction of the grant. */
  readonly stateSha256: Buffer;
  readonly sessionSha256: Buffer;
  /** Monotonic milliseconds at which Deskera's answer arrived, and at which the request was sent. */
  readonly arrivedAtMilliseconds: number;
  readonly sentAtMilliseconds: number;
}

export interface Adoption {
  /** Null if the grant waits in the spool; its connection is decided when it is stored. */
  readonly connectionId: string | null;
  /** False if the connection awaits activation. */
  readonly active: boolean;
}

/** Stores a grant as the tenant's connection for its org. */
export abstract class GrantAdopter {
  /**
   * Validates the token once (don't know: stored; invalid: refreshed once), then stores it: the newest connect wins.
   * What the database can't take waits in the spool, which counts as stored. Where the disk takes nothing either, both
   * are tried again in memory, and the caller is told `broker_unavailable` after a bounded wait.
   *
   * @throws Failure `org_mismatch`, `org_connected_elsewhere`, `connect_superseded`, `code_exchange_failed`,
   * `deskera_unavailable`, `broker_unavailable`
   */
  abstract adopt(request: AdoptionRequest): Promise<Adoption>;
  /**
   * Activates a connection whose grant awaits activation, and its session.
   * @param awaited the connect to activate; a later connect is not activated
   * @throws Failure `connection_not_found` if the connect is gone, replaced, refused or expired
   */
  abstract activate(awaited: AwaitedActivation, actor?: string): Promise<void>;
  /**
   * Fails the session and erases its grant, in one transaction, and records the reason in the connection's history.
   * @param awaited the connect to refuse; a later connect is left alone
   * @param reason code of a failure
   * @returns false if the session no longer awaits this activation
   */
  abstract refuseActivation(awaited: AwaitedActivation, reason: string): Promise<boolean>;
  /** Stores the grants of the spool where possible. Call it before a connect is treated as lost. */
  abstract storeSpooled(): Promise<void>;
}
