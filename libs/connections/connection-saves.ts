import type { Secret } from '#kernel';
import type { Lease } from './connection-leases.js';
import type { ConnectionRecord, ConnectionState } from './connection-record.js';

/** What happened to a connection, for its history. Holds no secret. */
export interface ConnectionEvent {
  readonly kind: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** A connect that awaits its activation, as its session names it. */
export interface AwaitedActivation {
  readonly sessionSha256: Buffer;
  readonly connectionId: string;
  readonly connectNumber: number;
}

export interface StateSave {
  /** The row as the transition saw it: it must still be that version. */
  readonly seen: ConnectionRecord;
  readonly next: ConnectionState;
  readonly event: ConnectionEvent | null;
  /** Every replica has to forget what it remembers of the tenant. */
  readonly publish: boolean;
  /** Erases the sealed credentials and their hashes. */
  readonly erase: boolean;
  /** Ended by the save; null: none is held. */
  readonly lease: Lease | null;
  /**
   * The connect session whose activation this save is. It must still await this very connect, and becomes `connected` in
   * the same statement.
   */
  readonly activatedSession?: Buffer;
}

/** A token pair with the times that go with it; the database's own clock says when it expires. */
export interface GrantSave {
  readonly token: Secret;
  readonly refreshToken: Secret;
  readonly tokenLifeSeconds: number | null;
  readonly refreshTokenLifeSeconds: number | null;
  /** When the answer arrived and when its question was sent, in milliseconds of the monotonic clock. */
  readonly arrivedAt: number;
  readonly sentAt: number;
}

/** The attempt that brought a grant. */
interface SavedAttempt extends Pick<
  ConnectionRecord,
  'connectionId' | 'tenantId' | 'connectNumber' | 'attempt'
> {
  /** Whose attempt it is; left out: not known. */
  readonly attemptProcessId?: string | null;
}

export interface RefreshSave {
  /** The row when the attempt was opened, as far as the save rule looks at it. */
  readonly seen: SavedAttempt;
  readonly grant: GrantSave;
  /** As the refreshed token names its org; null or left out where it does not: the stored name stays. */
  readonly orgName?: string | null;
  /** Its status counts no more by then: an activation stays awaited, and anything else is connected. */
  readonly next: ConnectionState;
  /** Kept as `recovered` where the connection had to be reconnected when the grant was saved. */
  readonly event: ConnectionEvent;
  readonly lease: Lease;
}

/**
 * `moved`: the row is past this grant, or holds it already. `held_elsewhere`: another live connection holds its refresh
 * token, which can't be served for two.
 */
export type RefreshSaveResult = 'saved' | 'moved' | 'held_elsewhere';

/** Saves of what became of a connection. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectionSaves {
  /**
   * @returns false where the row is another version by now, or the session does not await this activation any more:
   * nothing is changed then
   */
  abstract saveState(save: StateSave): Promise<boolean>;
  /**
   * Saves a refreshed grant where its connect is still the newest and no newer attempt brought one; numbers that are
   * ahead of the row's are newer, and the row goes on from them. The lease is no condition: a process paused past its
   * lease may hold the newest grant. Of the statuses only `disconnected` is one.
   */
  abstract saveRefresh(save: RefreshSave): Promise<RefreshSaveResult>;
  /** Keeps an event of something that changed nothing else, such as a grant that came too late. */
  abstract recordEvent(connectionId: string, event: ConnectionEvent): Promise<void>;
  /**
   * Draws a new connect number and erases the credentials, so that nothing older comes back.
   * @param tenantId null: whichever
   * @param actor who wants it, for the event; left out: nobody in particular
   * @returns false where there is no such connection, or it is disconnected already
   */
  abstract disconnect(connectionId: string, tenantId: string | null, actor?: string): Promise<boolean>;
  /**
   * Disconnects where the connect that was seen still awaits its activation.
   * @returns false where it was activated, connected again or disconnected meanwhile
   */
  abstract expireActivation(seen: ConnectionRecord): Promise<boolean>;
  /**
   * Fails a session that awaits its activation and erases the grant that it stored, in one transaction. A grant of this
   * very connect that is served already, such as by a replica of the previous release, is erased too, unless another
   * session brought the same grant and is connected by it.
   * @param reason a failure's code, kept with the session and the event
   * @returns false where the session does not await this connect any more: nothing is changed then
   */
  abstract refuseActivation(awaited: AwaitedActivation, reason: string): Promise<boolean>;
}
