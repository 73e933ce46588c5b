/** One connection's token, in one hour, to one key. */
export interface HandOutView {
  /** Null: the admin key of the configuration. */
  readonly keyId: string | null;
  /** `key:<keyId>` or `admin_key`. */
  readonly actor: string;
  readonly connectionId: string;
  readonly tenantId: string;
  /** Its start, a whole hour in UTC. */
  readonly hour: Date;
  readonly count: number;
  /** Of the token that was handed out last within the hour. */
  readonly lastFingerprint: string;
  readonly lastAt: Date;
}

export interface HandOutPageRequest {
  readonly limit: number;
  /** From an earlier page's `nextCursor`; null: from the start. */
  readonly cursor: string | null;
}

export interface HandOutPage {
  readonly items: readonly HandOutView[];
  readonly nextCursor: string | null;
}

/**
 * Who was handed which connection's token in the last 90 days, newest hour first; the last seconds may be missing, since
 * they are written in batches. Every method may throw Failure `broker_unavailable`.
 */
export abstract class HandOutHistory {
  /** @throws Failure `invalid_cursor` */
  abstract ofConnection(connectionId: string, request: HandOutPageRequest): Promise<HandOutPage>;
  /** @param keyId null: the admin key of the configuration @throws Failure `invalid_cursor` */
  abstract ofKey(keyId: string | null, request: HandOutPageRequest): Promise<HandOutPage>;
}
