/** Progress of the walk. `done` may end above `total`, because rows are added meanwhile. */
export interface ReencryptionProgress {
  readonly kind: string;
  /** The first walk encrypts; later walks find rows that are left. */
  readonly walk: number;
  readonly done: number;
  readonly total: number;
}

export interface ReencryptedRows {
  readonly kind: string;
  readonly resealed: number;
  /** State that the last walk found. */
  readonly current: number;
  readonly unreadable: number;
  /** The ids of the first few. */
  readonly unreadableIds: readonly string[];
  /** Rows not under the first key, because they changed each time before they could be encrypted. */
  readonly left: number;
}

/** Number of rows and spool entries that need a key; null if the key id cannot be read. */
export interface KeyUse {
  readonly keyId: string | null;
  readonly rows: number;
  readonly spooled: number;
}

export interface ReencryptionReport {
  /** Id of the key that encrypts. */
  readonly currentKeyId: string;
  readonly kinds: readonly ReencryptedRows[];
  /** Rows and spool entries that need another key. */
  readonly otherKeys: readonly KeyUse[];
  /** True if the spool could not be read: its entries are unknown. */
  readonly spoolUnreadable: boolean;
  readonly interrupted: boolean;
  /** True if nothing needs another key. The other keys can be removed once no broker encrypts with them. */
  readonly complete: boolean;
}

/** Encrypts all stored secrets under the first key of `ENCRYPTION_KEYS`. */
export abstract class Reencryption {
  /**
   * Safe beside running brokers and beside another run. Rows that were encrypted stay so if the run fails.
   * @param signal stops the run after the current rows
   * @throws Failure `broker_unavailable`
   */
  abstract run(
    progress: (progress: ReencryptionProgress) => void,
    signal: AbortSignal,
  ): Promise<ReencryptionReport>;
}
