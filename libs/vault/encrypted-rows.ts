/** The result of one batch. A row counts once, whatever the number of its encrypted values. */
export interface ReencryptedBatch {
  /** Start of the next batch; null if this was the last. */
  readonly next: string | null;
  readonly resealed: number;
  /** Rows that were under the first key already. */
  readonly current: number;
  /** Rows that another process changed at the same time: they need another walk. */
  readonly moved: number;
  /** Rows that cannot be decrypted, by the key that they name. They are unchanged. */
  readonly unreadable: readonly UnreadableRow[];
}

interface UnreadableRow {
  readonly rowId: string;
  /** Null if the key id cannot be read. */
  readonly keyId: string | null;
}

/** One kind of rows with encrypted values, processed in batches in the order of their ids. */
export interface EncryptedRows {
  /** Name for people, in the plural. */
  readonly kind: string;
  count(): Promise<number>;
  /**
   * Encrypts values that are not under the first key. A row is replaced only if it is unchanged since it was read: a
   * concurrent refresh wins.
   * @param after the last id of the batch before; null for the first batch
   * @throws Failure `broker_unavailable`; rows encrypted until then stay so
   */
  reseal(after: string | null, most: number): Promise<ReencryptedBatch>;
}
