import type { ApiVersion, TenantId } from '#kernel';

/** When a stored grant is activated: at the callback, when its browser lands, or when the service confirms. */
export type Activation = 'callback' | 'browser' | 'confirm';

export type ConnectSessionStatus = 'pending' | 'awaiting_activation' | 'connected' | 'failed';

/** A connect session. Ids are stored as SHA-256; the ids themselves exist only in links and answers. */
export interface ConnectSessionRecord {
  readonly sessionSha256: Buffer;
  readonly tenantId: TenantId;
  readonly apiVersion: ApiVersion;
  readonly apiUrl: string;
  readonly redirectUri: string | null;
  /** The only accepted org id; null for any. */
  readonly orgId: string | null;
  readonly label: string | null;
  readonly activation: Activation;
  readonly expiresAt: Date;
  /** Remaining life by the database's clock at the time of reading; zero or negative if expired. */
  readonly expiresInSeconds: number;
  readonly expired: boolean;
  readonly status: ConnectSessionStatus;
  readonly failureCode: string | null;
  readonly connectionId: string | null;
  /**
   * Number of the connect that completed in this session. Distinguishes its grant from later ones of the same
   * connection.
   */
  readonly connectNumber: number | null;
  /** True if the link no longer works: a connect completed, or the person denied. */
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
  /** The actor that started the session; null if unknown. */
  readonly startedBy: string | null;
}

/** One opening of a link and the outcome of its `state`. */
export interface ConnectStateRecord {
  readonly stateSha256: Buffer;
  readonly browserSha256: Buffer;
  readonly session: ConnectSessionRecord;
  /** Null until an exchange begins with this `state`. */
  readonly consumed: {
    readonly codeSha256: Buffer;
    readonly connectNumber: number;
    /** Seconds since the exchange began, by the database's clock. */
    readonly ageSeconds: number;
  } | null;
  /** Null until the outcome is known. A known outcome without `failureCode` means that the tokens are stored. */
  readonly decided: { readonly failureCode: string | null } | null;
}

export interface StateFailure {
  readonly stateSha256: Buffer;
  /** Hash of the code whose exchange failed; null if no exchange began (a denial). */
  readonly connectNumber: number | null;
  readonly failureCode: string;
  /** True if the link stops working. */
  readonly endsSession: boolean;
}

/** Stores connect sessions and their `state`s. Every method may throw Failure `broker_unavailable`. */
export abstract class ConnectSessionStore {
  /** @returns when it expires, by the database's clock. */
  abstract create(session: NewConnectSession): Promise<Date>;
  abstract findBySession(sessionSha256: Buffer): Promise<ConnectSessionRecord | null>;
  abstract findByLink(linkSha256: Buffer): Promise<ConnectSessionRecord | null>;
  /**
   * Adds a `state`. The newest hundred unused ones of a session are kept, and all used ones.
   * @returns false if the session has ended or expired
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
   * True if one of these browser ids opened the session's link and no connect completed through an opening by another
   * browser.
   */
  abstract completedInBrowser(sessionSha256: Buffer, browserSha256s: readonly Buffer[]): Promise<boolean>;
  /**
   * Begins the only exchange of this `state`, atomically, and draws its connect number.
   * @returns the number; null if an exchange began before, or the session has ended or expired
   */
  abstract consumeState(stateSha256: Buffer, codeSha256: Buffer): Promise<number | null>;
  /** Makes the `state` usable again: its code was not sent. */
  abstract releaseState(stateSha256: Buffer, connectNumber: number): Promise<void>;
  /**
   * Records a failure as the outcome of the `state`, and of its session unless that connected through another
   * opening.
   * @returns false if nothing was recorded, because the `state` has an outcome or belongs to another exchange
   */
  abstract recordFailure(failure: StateFailure): Promise<boolean>;
  /**
   * Records on the session why Deskera returned no code. The `state` and the link stay usable. A session that is
   * connected, awaits activation or has ended keeps its status.
   */
  abstract recordPutOff(sessionSha256: Buffer, failureCode: string): Promise<void>;
  /**
   * Marks a session that awaits the activation of this connect as `connected`.
   * @returns false if the session has failed or stored another connect
   */
  abstract recordActivated(sessionSha256: Buffer, connectNumber: number): Promise<boolean>;
  /**
   * Deletes sessions, with their `state`s, that expired longer ago than the given time.
   * @returns the number of deleted sessions, at most `limit`
   */
  abstract deleteExpired(olderThanSeconds: number, limit: number): Promise<number>;
}
