export interface TokenBrokerOptions {
  /** The broker's internal address; a path prefix is kept. */
  readonly url: string | URL;
  /** A service key, `dtb_…`. It goes to the broker alone and shows in no error. */
  readonly key: string;
  /** Calls the broker and Deskera; the platform's where left out. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * How long `fetch` may use a token again without asking the broker; more than 0, at most 30. Left out: it asks each
   * time, and a disconnect is felt at once.
   */
  readonly cacheSeconds?: number | undefined;
  /**
   * Where the broker is away or says "not now": no attempt begins later than this after the first one began (5).
   * 0: one attempt, no more.
   */
  readonly maxWaitSeconds?: number | undefined;
  /** How long one attempt may take (15). The broker itself answers within its `DESKERA_TIMEOUT_SECONDS` + 2. */
  readonly timeoutSeconds?: number | undefined;
}

export interface CallOptions {
  /** Ends this caller's wait; a request that others share goes on for them. */
  readonly signal?: AbortSignal | undefined;
}

export interface GetTokenOptions extends CallOptions {
  /** The id of the org, where the tenant has connected several. */
  readonly org?: string | undefined;
  /** How much life the token should have left, 0 to 86400 (30). `expiresAt` tells how much it has. */
  readonly minTtlSeconds?: number | undefined;
  /** How long ago Deskera may have vouched for it at most, 0 to 86400; 0 asks now. */
  readonly maxVerifiedAgeSeconds?: number | undefined;
}

export interface DeskeraFetchTarget {
  /** The id of the org, where the tenant has connected several. */
  readonly org?: string | undefined;
}

export interface ConnectSessionOptions extends CallOptions {
  /** Where the person lands afterwards; its origin must be among the broker's `CONNECT_REDIRECT_ORIGINS`. */
  readonly redirectUri?: string | undefined;
  readonly apiVersion?: 'v1' | 'v2' | undefined;
  /** The only org that is accepted: set it for a reconnect. */
  readonly org?: string | undefined;
  /** The link first shows "Connect a Deskera organisation to *label*". */
  readonly label?: string | undefined;
  /** What must happen before the connection is served: nothing more, the same browser landing, or `confirmConnectSession`. */
  readonly activation?: 'callback' | 'browser' | 'confirm' | undefined;
}
