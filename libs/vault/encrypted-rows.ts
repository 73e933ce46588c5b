/** What became of some rows: each counts once, however many seals it has. */
export interface ReencryptedBatch {
  /** Where the next batch begins; null: this was the last. */
  readonly next: string | null;
  readonly resealed: number;
  /** Under the first key already. */
  readonly current: number;
  /** Written anew by somebody else in the same moment: they have to be looked at again. */
  readonly moved: number;
  /** Rows with a seal that does not open, by the key that it names; they were left as they are. */
  readonly unreadable: readonly UnreadableRow[];
}

interface UnreadableRow {
  readonly rowId: string;
  /** Null where not even that can be read. */
  readonly keyId: string | null;
}

/** One kind of rows that hold seals, walked in batches in the order of their ids. */
export interface EncryptedRows {
  /** For people, in the plural. */
  readonly kind: string;
  count(): Promise<number>;
  /**
   * Seals what is not under the first key anew, each row only if it is still as it was read: a refresh at the same
   * moment wins.
   * @param after the last id of the batch before; null: from the start
   * @throws Failure `broker_unavailable`; what was sealed anew until then stays so
   */
  reseal(after: string | null, most: number): Promise<ReencryptedBatch>;
}
