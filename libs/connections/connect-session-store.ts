import type { ApiVersion, TenantId } from '#kernel';

/** How a stored grant becomes served: at the callback, when its browser lands, or when the service confirms. */
export type Activation = 'callback' | 'browser' | 'confirm';

export type ConnectSessionStatus = 'pending' | 'awaiting_activation' | 'connected' | 'failed';

/** A started connect. Ids are kept as SHA-256 only; the plain ones exist in links and answers alone. */
export interface ConnectSessionRecord {
  readonly sessionSha256: Buffer;
  readonly tenantId: TenantId;
  readonly apiVersion: ApiVersion;
  readonly apiUrl: string;
  readonly redirectUri: string | null;
  /** The only org id accepted; null: any. */
  readonly orgId: string | null;
  readonly label: string | null;
  readonly activation: Activation;
  readonly expiresAt: Date;
  /** By the database's clock at the moment of reading; not positive: expired. */
  readonly expiresInSeconds: number;
  readonly expired: boolean;
  readonly status: ConnectSessionStatus;
  readonly failureCode: string | null;
  readonly connectionId: string | null;
  /** Of the connect that completed through this session: tells its grant from a later one of the same connection. */
  readonly connectNumber: number | null;
  /** Its link opens no more: a connect through it completed, or the person denied. */
  readonly ended: boolean;
}

export interface NewConnectSession {
  readonly sessionSha256: Buffer;
  readonly linkSha256: Buffer;
  readonly tenantId: TenantId;
  readonly apiVersion: ApiVersion;
  readonly apiUrl: string;
  readonly redirectUri: string | null;
  readonly orgId: string | null;
  readonly label: string | null;
  readonly activation: Activation;
  readonly lifeSeconds: number;
  /** An actor; null: nobody in particular. */
  readonly startedBy: string | null;
}

/** One opening of a link, and what became of its `state`. */
export interface ConnectStateRecord {
  readonly stateSha256: Buffer;
  readonly browserSha256: Buffer;
  readonly session: ConnectSessionRecord;
  /** Null while no exchange was begun with it. */
  readonly consumed: {
    readonly codeSha256: Buffer;
    readonly connectNumber: number;
    /** Seconds since the exchange was begun, by the database's clock. */
    readonly ageSeconds: number;
  } | null;
  /** Null while not known; `failureCode` null then means that the tokens are stored. */
  readonly decided: { readonly failureCode: string | null } | null;
}

export interface StateFailure {
  readonly stateSha256: Buffer;
  /** Of the exchange that failed; null: none was begun (a denial). */
  readonly connectNumber: number | null;
  readonly failureCode: string;
  /** True: its link opens no more. */
  readonly endsSession: boolean;
}

/** Connect sessions and their `state`s. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectSessionStore {
  /** @returns when it expires, by the database's clock. */
  abstract create(session: NewConnectSession): Promise<Date>;
  abstract findBySession(sessionSha256: Buffer): Promise<ConnectSessionRecord | null>;
  abstract findByLink(linkSha256: Buffer): Promise<ConnectSessionRecord | null>;
  /**
   * Keeps the newest hundred unused ones of a session, and all that were used.
   * @returns false where the session ended or expired meanwhile.
   */
  abstract addState(sessionSha256: Buffer, stateSha256: Buffer, browserSha256: Buffer): Promise<boolean>;
  abstract findState(stateSha256: Buffer): Promise<ConnectStateRecord | null>;
  /**
   * @param subjects the hash of a `state`, then those of the browser ids that came with it: hex, with a space between
   * @returns those that a callback may still use: given out, unspent, undecided, in a session that goes on; with V2 to one
   * of these browsers
   */
  abstract unusedStates(subjects: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * True where one of these browser ids opened the session's link, and no connect completed through an opening with
   * another one.
   */
  abstract completedInBrowser(sessionSha256: Buffer, browserSha256s: readonly Buffer[]): Promise<boolean>;
  /**
   * Begins the one exchange of this `state`, atomically, and draws its connect number.
   * @returns the number; null where it was begun already, the session ended or expired meanwhile.
   */
  abstract consumeState(stateSha256: Buffer, codeSha256: Buffer): Promise<number | null>;
  /** Gives an unspent `state` back: its code was not used. */
  abstract releaseState(stateSha256: Buffer, connectNumber: number): Promise<void>;
  /**
   * Records a failure as the outcome of the `state`, and of its session unless that is connected through another
   * opening.
   * @returns false where nothing was recorded: an outcome stands already, or the `state` is spent by another exchange
   */
  abstract recordFailure(failure: StateFailure): Promise<boolean>;
  /**
   * Records on the session alone why a way to Deskera brought no code. The `state` stays unspent and the link usable;
   * a session that connected, awaits its activation or ended keeps its status.
   */
  abstract recordPutOff(sessionSha256: Buffer, failureCode: string): Promise<void>;
  /**
   * Records that the connection is served: a session that awaits the activation of this connect becomes `connected`.
   * @returns whether it is; false where it failed or stored another connect meanwhile
   */
  abstract recordActivated(sessionSha256: Buffer, connectNumber: number): Promise<boolean>;
  /** Deletes sessions (and their states) that expired more than so long ago. @returns how many, at most `limit`. */
  abstract deleteExpired(olderThanSeconds: number, limit: number): Promise<number>;
}
