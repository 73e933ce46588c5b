import type { Secret } from '#kernel';
import type { Lease } from './connection-leases.js';
import type { ConnectionRecord, ConnectionState } from './connection-record.js';

/** An entry of a connection's history, without secrets. */
export interface ConnectionEvent {
  readonly kind: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** The connect that a session waits to activate. */
export interface AwaitedActivation {
  readonly sessionSha256: Buffer;
  readonly connectionId: string;
  readonly connectNumber: number;
}

export interface StateSave {
  /** The row on which the transition was computed; the save requires this version. */
  readonly seen: ConnectionRecord;
  readonly next: ConnectionState;
  readonly event: ConnectionEvent | null;
  /** True if every replica has to forget its cached values of the tenant. */
  readonly publish: boolean;
  /** True to erase the credentials and their hashes. */
  readonly erase: boolean;
  /** Lease to release with the save; null if none is held. */
  readonly lease: Lease | null;
  /**
   * Connect session that this save activates. It must still await this connect, and becomes `connected` in the same
   * statement.
   */
  readonly activatedSession?: Buffer;
}

/** A token pair with its lives. The expiry is computed by the database's clock. */
export interface GrantSave {
  readonly token: Secret;
  readonly refreshToken: Secret;
  readonly tokenLifeSeconds: number | null;
  readonly refreshTokenLifeSeconds: number | null;
  /** Monotonic milliseconds at which the answer arrived and the request was sent. */
  readonly arrivedAt: number;
  readonly sentAt: number;
}

/** The attempt that returned the grant. */
interface SavedAttempt extends Pick<
  ConnectionRecord,
  'connectionId' | 'tenantId' | 'connectNumber' | 'attempt'
> {
  /** Process of the attempt; omitted if unknown. */
  readonly attemptProcessId?: string | null;
}

export interface RefreshSave {
  /** The columns of the row at the opening of the attempt that the save rule compares. */
  readonly seen: SavedAttempt;
  readonly grant: GrantSave;
  /** Name of the org in the refreshed token; null or omitted to keep the stored name. */
  readonly orgName?: string | null;
  /**
   * The state to store. Its status is not used: a row that awaits activation stays so, and any other becomes
   * connected.
   */
  readonly next: ConnectionState;
  /** Recorded as `recovered` if the connection needed a reconnect when the grant was saved. */
  readonly event: ConnectionEvent;
  readonly lease: Lease;
}

/**
 * `moved`: the row is newer than this grant, or holds it already. `held_elsewhere`: another live connection holds its
 * refresh token.
 */
export type RefreshSaveResult = 'saved' | 'moved' | 'held_elsewhere';

/** Saves states and grants of connections. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectionSaves {
  /**
   * @returns false, without a change, if the row has another version or the session no longer awaits this activation
   */
  abstract saveState(save: StateSave): Promise<boolean>;
  /**
   * Saves a refreshed grant if its connect is the newest and no newer attempt returned a grant. Numbers ahead of the
   * row's are newer, and the row continues from them. The lease is no condition: a process that was paused beyond its
   * lease may hold the newest grant. Only the status `disconnected` prevents the save.
   */
  abstract saveRefresh(save: RefreshSave): Promise<RefreshSaveResult>;
  /** Records an event without another change, such as a grant that arrived too late. */
  abstract recordEvent(connectionId: string, event: ConnectionEvent): Promise<void>;
  /**
   * Disconnects: draws a new connect number and erases the credentials, so that no older grant is saved afterwards.
   * @param tenantId null for any tenant
   * @param actor recorded in the event if given
   * @returns false if the connection does not exist or is disconnected already
   */
  abstract disconnect(connectionId: string, tenantId: string | null, actor?: string): Promise<boolean>;
  /**
   * Disconnects if this connect still awaits its activation.
   * @returns false if it was activated, connected again or disconnected
   */
  abstract expireActivation(seen: ConnectionRecord): Promise<boolean>;
  /**
   * Fails a session that awaits activation and erases its grant, in one transaction. A grant of this connect that is
   * served already (by a replica of the previous release) is erased too, unless another session stored the same grant
   * and is connected by it.
   * @param reason code of a failure, recorded with the session and the event
   * @returns false, without a change, if the session no longer awaits this connect
   */
  abstract refuseActivation(awaited: AwaitedActivation, reason: string): Promise<boolean>;
}
