import { HealthSource, type Secret } from '#kernel';
import type { Activation, AdoptionSave, ConnectionRecord, RefreshSave } from '#connections';

/**
 * Result of the check of a connect's token before its grant was stored: `invalid` if Deskera refuses the token and
 * could not refresh it, `invalid_unanswered` if that refresh had no definite answer.
 */
export type FirstWord = 'valid' | 'unknown' | 'invalid' | 'invalid_unanswered';

/** A refreshed grant with all values that its save needs. */
export interface SpooledRefresh extends RefreshSave {
  readonly kind: 'refresh';
}

/**
 * The grant of a connect with all values that its adoption needs. Its effect is decided again under the row's lock.
 */
export interface SpooledConnect extends Omit<AdoptionSave, 'decide'> {
  readonly kind: 'connect';
  readonly activation: Activation;
  /** Seconds in which the connection can still be activated, reduced by the time in the spool. */
  readonly activationSeconds: number;
  readonly word: FirstWord;
}

export type SpooledGrant = SpooledRefresh | SpooledConnect;

/**
 * Saves one grant by the rule of its kind. Resolves once the save is committed, or the row is newer. May be called
 * twice for a grant, when an entry could not be removed or two processes replay: a second call must be harmless.
 */
export type SpoolHandler = (grant: SpooledGrant) => Promise<void>;

/** Numbers of a connection's stored grant. */
export type StoredGrantNumbers = Pick<ConnectionRecord, 'connectionId' | 'connectNumber' | 'grantAttempt'>;

export interface SpoolReplay {
  /** Entries that were saved and removed. */
  readonly replayed: number;
  /** Entries that this replay moved aside because they cannot be read. */
  readonly aside: number;
  /** Entries that were tried and remain in the spool. */
  readonly failed: number;
  /** True if the folder could not be read: its entries are unknown. A missing folder counts as empty. */
  readonly blind: boolean;
}

/**
 * Stores grants that the database could not take: files that survive the process and that any process with the same
 * folder replays. The part `spool` of the health report.
 */
export abstract class GrantSpool extends HealthSource {
  /**
   * Resolves once the encrypted grant is on disk.
   * @throws Failure `broker_unavailable` if the disk does not take it: the caller then holds the only copy
   */
  abstract put(grant: SpooledGrant): Promise<void>;
  /**
   * Passes every readable entry to the handler, oldest first, and removes those that it saved. When the call
   * resolves, every entry that was in the folder at its start has been tried; concurrent callers share the next
   * round. Errors of one entry or of the disk are logged and counted, not thrown.
   */
  abstract replay(handler: SpoolHandler): Promise<SpoolReplay>;
  /** Number of entries, from this process's last look at the folder and its own puts. */
  abstract waiting(): number;
  /**
   * Whether the spool holds a refreshed grant of this connection that may be newer than the stored one, from this
   * process's last look. If so, the stored refresh token must not be sent.
   */
  abstract holds(stored: StoredGrantNumbers): boolean;
  /**
   * Whether an entry that waits has this refresh token, or was brought by it, or could be: of one that can't be opened, or
   * is of a later form, only what it tells in the clear is known. As far as this process knows.
   * @param tenantId for whom the refresh token is to be sent
   */
  abstract couldHold(refreshToken: Secret, tenantId: string): boolean;
  /** Ids of the processes whose attempts brought the entries, from this process's last look. */
  abstract attemptOwners(): ReadonlySet<string>;
}
