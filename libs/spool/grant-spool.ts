import { HealthSource, type Secret } from '#kernel';
import type { Activation, AdoptionSave, ConnectionRecord, RefreshSave } from '#connections';

/**
 * What Deskera said of a connect's token before the grant was to be stored: `invalid` where it refuses it and could not
 * refresh it, `invalid_unanswered` where that refresh has no definite answer.
 */
export type FirstWord = 'valid' | 'unknown' | 'invalid' | 'invalid_unanswered';

/** A refreshed grant with everything that its save needs. */
export interface SpooledRefresh extends RefreshSave {
  readonly kind: 'refresh';
}

/** The grant of a connect with everything that its adoption needs; what it does is decided anew, under the row's lock. */
export interface SpooledConnect extends Omit<AdoptionSave, 'decide'> {
  readonly kind: 'connect';
  readonly activation: Activation;
  /** How long an activation is still waited for; what passed in the spool is taken off. */
  readonly activationSeconds: number;
  readonly word: FirstWord;
}

export type SpooledGrant = SpooledRefresh | SpooledConnect;

/**
 * Saves one grant under the save rule of its kind, and resolves once that is committed, or the row is past it. It is
 * called again for the same grant where an unlinking failed or two processes replay at once: twice must be harmless.
 */
export type SpoolHandler = (grant: SpooledGrant) => Promise<void>;

/** Which grant of a connection is stored. */
export type StoredGrantNumbers = Pick<ConnectionRecord, 'connectionId' | 'connectNumber' | 'grantAttempt'>;

export interface SpoolReplay {
  /** Handled and unlinked. */
  readonly replayed: number;
  /** Moved aside by this replay because they can't be read. */
  readonly aside: number;
  /** Tried, and still in the spool. */
  readonly failed: number;
  /** The folder could not be looked at: what waits in it is not known. A folder that does not exist holds nothing. */
  readonly blind: boolean;
}

/**
 * Where a grant waits that the database could not take: files that survive the process, and that any process sharing
 * the folder replays. The part `spool` of the health report.
 */
export abstract class GrantSpool extends HealthSource {
  /**
   * Resolves once the grant is on the disk, sealed.
   * @throws Failure `broker_unavailable` where the disk does not take it: the caller still has the only copy then
   */
  abstract put(grant: SpooledGrant): Promise<void>;
  /**
   * Hands over every readable entry, oldest first, and unlinks what was handled. Whatever was in the folder when this
   * was called has been looked at when it resolves; callers that come meanwhile share the next round. Trouble with one
   * entry or with the disk is logged and counted, not thrown.
   */
  abstract replay(handler: SpoolHandler): Promise<SpoolReplay>;
  /** Entries that wait, as far as this process knows: from its last look and its own puts. */
  abstract waiting(): number;
  /**
   * Whether a refreshed grant of this connection waits that may be newer than the stored one, as far as this process knows: the
   * stored refresh token must not be sent.
   */
  abstract holds(stored: StoredGrantNumbers): boolean;
  /**
   * Whether an entry that waits has this refresh token, or was brought by it, or could be: of one that can't be opened, or
   * is of a later form, only what it tells in the clear is known. As far as this process knows.
   * @param tenantId for whom the refresh token is to be sent
   */
  abstract couldHold(refreshToken: Secret, tenantId: string): boolean;
  /** The processes whose attempts brought what waits, as far as this process knows. */
  abstract attemptOwners(): ReadonlySet<string>;
}
