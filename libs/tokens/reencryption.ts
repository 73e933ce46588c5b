/** How far the walk is: `done` may end above `total`, for rows are added meanwhile. */
export interface ReencryptionProgress {
  readonly kind: string;
  /** The first walk seals anew, the later ones find out whether anything is left. */
  readonly walk: number;
  readonly done: number;
  readonly total: number;
}

export interface ReencryptedRows {
  readonly kind: string;
  readonly resealed: number;
  /** As the last walk found them. */
  readonly current: number;
  readonly unreadable: number;
  /** The ids of the first few. */
  readonly unreadableIds: readonly string[];
  /** Still not under the first key, for they changed each time they were to be sealed anew. */
  readonly left: number;
}

/** How much still needs a key; null: which one can't be read. */
export interface KeyUse {
  readonly keyId: string | null;
  readonly rows: number;
  readonly spooled: number;
}

export interface ReencryptionReport {
  /** The key that all is sealed under now. */
  readonly currentKeyId: string;
  readonly kinds: readonly ReencryptedRows[];
  /** Everything that another key is still needed for. */
  readonly otherKeys: readonly KeyUse[];
  /** The spool could not be looked at: what waits in it is not known. */
  readonly spoolUnreadable: boolean;
  readonly interrupted: boolean;
  /** Nothing here needs another key: once no broker seals under one any more, it may go. */
  readonly complete: boolean;
}

/** Brings everything that is sealed under the first of `ENCRYPTION_KEYS`. */
export abstract class Reencryption {
  /**
   * Safe beside running brokers, and when two do it at once; what was sealed anew stays so, however it ends.
   * @param signal stops it after the rows under way
   * @throws Failure `broker_unavailable`
   */
  abstract run(
    progress: (progress: ReencryptionProgress) => void,
    signal: AbortSignal,
  ): Promise<ReencryptionReport>;
}
