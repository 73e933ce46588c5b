/** The number of hand-outs of one connection's token to one caller within one hour. */
export interface CountedHandOut {
  /** `key:<keyId>` or `admin_key`. */
  readonly actor: string;
  readonly connectionId: string;
  /** Start of the hour in UTC. All times here are by the database's clock. */
  readonly hour: Date;
  /** At least 1. */
  readonly count: number;
  readonly lastFingerprint: string;
  readonly lastAt: Date;
}

export interface HandOutRecord extends CountedHandOut {
  readonly tenantId: string;
}

/** The hand-outs that one process adds in one statement. */
export interface HandOutBatch {
  /** UUID of the process. */
  readonly writerId: string;
  /** Higher than any earlier number of the writer; repeated only for the same hand-outs. */
  readonly number: number;
  /** At most one entry per actor, connection and hour. */
  readonly handOuts: readonly CountedHandOut[];
}

/** The last entry of the page before. */
export interface AfterHandOut {
  readonly hour: Date;
  /** The actor in the list of a connection, or the connection id in the list of an actor. */
  readonly other: string;
}

/** Stores hand-outs. Every method may throw Failure `broker_unavailable`. */
export abstract class HandOutStore {
  /**
   * Adds the counts of a batch; the newest fingerprint wins. A batch may be repeated after a lost answer and is added
   * once. A batch with a number below a later one of the writer is not added.
   */
  abstract add(batch: HandOutBatch): Promise<void>;
  /**
   * Newest hour first, and actors in descending order.
   * @param after null for the first page
   */
  abstract ofConnection(
    connectionId: string,
    after: AfterHandOut | null,
    limit: number,
  ): Promise<readonly HandOutRecord[]>;
  /**
   * Newest hour first, and connections in descending order.
   * @param after null for the first page
   */
  abstract ofActor(
    actor: string,
    after: AfterHandOut | null,
    limit: number,
  ): Promise<readonly HandOutRecord[]>;
  /**
   * Deletes a batch of hand-outs older than 90 days, without waiting for locked rows.
   * @param limit maximum number of hand-outs
   * @returns the number of deleted hand-outs
   */
  abstract prune(limit: number): Promise<number>;
}
