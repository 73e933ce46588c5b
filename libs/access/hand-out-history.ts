/** The hand-outs of one connection's token to one key within one hour. */
export interface HandOutView {
  /** Null for the configured admin key. */
  readonly keyId: string | null;
  /** `key:<keyId>` or `admin_key`. */
  readonly actor: string;
  readonly connectionId: string;
  readonly tenantId: string;
  /** Start of the hour, in UTC. */
  readonly hour: Date;
  readonly count: number;
  /** Fingerprint of the last token of the hour. */
  readonly lastFingerprint: string;
  readonly lastAt: Date;
}

export interface HandOutPageRequest {
  readonly limit: number;
  /** `nextCursor` of the page before; null for the first page. */
  readonly cursor: string | null;
}

export interface HandOutPage {
  readonly items: readonly HandOutView[];
  readonly nextCursor: string | null;
}

/**
 * Hand-outs of the last 90 days, newest hour first. Hand-outs are written in batches, so the last seconds may be
 * missing. Every method may throw Failure `broker_unavailable`.
 */
export abstract class HandOutHistory {
  /** @throws Failure `invalid_cursor` */
  abstract ofConnection(connectionId: string, request: HandOutPageRequest): Promise<HandOutPage>;
  /**
   * @param keyId null for the configured admin key
   * @throws Failure `invalid_cursor`
   */
  abstract ofKey(keyId: string | null, request: HandOutPageRequest): Promise<HandOutPage>;
}
