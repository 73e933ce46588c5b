/** Answers that carried one connection's token to one caller, within one hour. */
export interface CountedHandOut {
  /** `key:<keyId>` or `admin_key`. */
  readonly actor: string;
  readonly connectionId: string;
  /** The start of the hour in UTC, by the database's clock as all times here. */
  readonly hour: Date;
  /** At least 1. */
  readonly count: number;
  readonly lastFingerprint: string;
  readonly lastAt: Date;
}

export interface HandOutRecord extends CountedHandOut {
  readonly tenantId: string;
}

/** What one process adds in one statement. */
export interface HandOutBatch {
  /** A UUID of the process's own. */
  readonly writerId: string;
  /** Higher than any the writer has used; the same again only for the same hand-outs. */
  readonly number: number;
  /** No two of the same actor, connection and hour. */
  readonly handOuts: readonly CountedHandOut[];
}

/** Where the next page begins: after this one. */
export interface AfterHandOut {
  readonly hour: Date;
  /** The actor in a connection's list, the connection's id in an actor's. */
  readonly other: string;
}

/** Who was handed which connection's token. Every method may throw Failure `broker_unavailable`. */
export abstract class HandOutStore {
  /**
   * Adds to what other processes and earlier batches have counted; the newest fingerprint stays. A batch of which nobody
   * knows whether it was added may be given again, and is added once; one before a later one of the writer is not added.
   */
  abstract add(batch: HandOutBatch): Promise<void>;
  /** Newest hour first, of one hour the actors backwards. @param after null: from the newest */
  abstract ofConnection(
    connectionId: string,
    after: AfterHandOut | null,
    limit: number,
  ): Promise<readonly HandOutRecord[]>;
  /** Newest hour first, of one hour the connections backwards. @param after null: from the newest */
  abstract ofActor(
    actor: string,
    after: AfterHandOut | null,
    limit: number,
  ): Promise<readonly HandOutRecord[]>;
  /**
   * Deletes some of what is older than 90 days, and waits for nobody who is at the same rows.
   * @param limit of hand-outs
   * @returns how many hand-outs were deleted
   */
  abstract prune(limit: number): Promise<number>;
}
