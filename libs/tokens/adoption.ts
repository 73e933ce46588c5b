import type { DeskeraGrant, DeskeraTarget } from '#deskera';
import type { Activation, AwaitedActivation } from '#connections';
import type { TenantId } from '#kernel';

/** A grant that Deskera handed over for a connect, with what the connect promised. */
export interface AdoptionRequest {
  readonly tenantId: TenantId;
  readonly target: DeskeraTarget;
  readonly grant: DeskeraGrant;
  /** Drawn when the `state` was consumed: orders this connect among all connects and disconnects. */
  readonly connectNumber: number;
  /** The only org id accepted; null: any. */
  readonly requiredOrgId: string | null;
  readonly activation: Activation;
  /** Until when an activation is waited for, in seconds from now. */
  readonly activationSeconds: number;
  /** The `state` and session whose outcome is recorded in the same transaction as the grant. */
  readonly stateSha256: Buffer;
  readonly sessionSha256: Buffer;
  /** Monotonic milliseconds when the answer that held the grant arrived, and when its question was sent. */
  readonly arrivedAtMilliseconds: number;
  readonly sentAtMilliseconds: number;
}

export interface Adoption {
  /** Null where the grant waits in the spool: which connection it becomes is decided when it is stored. */
  readonly connectionId: string | null;
  /** False where the connection awaits its activation. */
  readonly active: boolean;
}

/** Makes a grant the tenant's connection for its org. */
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
   * Lets a connection be served whose grant awaits activation, and its session with it.
   * @param awaited names the connect that is activated: a later one is not activated by it
   * @throws Failure `connection_not_found` where it is gone, replaced, refused or expired
   */
  abstract activate(awaited: AwaitedActivation, actor?: string): Promise<void>;
  /**
   * Fails the session and erases its grant, which must never be served, in one transaction. The connection's history
   * says why.
   * @param awaited names the connect that is refused: a later one is left alone
   * @param reason a failure's code
   * @returns false where the session does not await this activation any more
   */
  abstract refuseActivation(awaited: AwaitedActivation, reason: string): Promise<boolean>;
  /** Stores whatever waits in the spool, as far as it can be: to be called before a connect is given up for lost. */
  abstract storeSpooled(): Promise<void>;
}
