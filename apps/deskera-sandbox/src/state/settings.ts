/**
 * What happens to the refresh token when it is used. `strict`: it is spent, and using it again revokes its whole
 * family. `grace`: for `graceSeconds` the last spent one gets its successors once more, afterwards as `strict`.
 * `stable`: it stays the same.
 */
export type Rotation = 'strict' | 'grace' | 'stable';

type Signatures = 'each' | 'first';

/** How the sandbox's server calls a V1 callback_uri; Deskera's own documents leave it open. */
export type CallbackMethod = 'get' | 'post-query' | 'post-form' | 'post-json';

export interface Settings {
  /** Life of a deskera-token. */
  readonly tokenLifeSeconds: number;
  readonly refreshTokenLifeSeconds: number;
  /** False: tokens tell no `exp`. They end all the same, as old as the two lives above are when they are looked at. */
  readonly includeExp: boolean;
  /** `each`: every token has claims and a signature of its own. `first`: an org's are copies of its first, for benchmarks. */
  readonly signatures: Signatures;
  readonly rotation: Rotation;
  readonly graceSeconds: number;
  /** True: a refresh ends the deskera-tokens issued before it; false: they live to their own end. */
  readonly refreshEndsOldTokens: boolean;
  /** Every API call takes at least so long. */
  readonly latencyMilliseconds: number;
  /** True: a V1 refresh must name `userName` and the org's own `tenantId`, as the newer documents have it. */
  readonly requireIdentity: boolean;
  /** Status of a V1 refresh whose refresh token is refused; which one Deskera uses is not documented. */
  readonly refusedRefreshStatus: 400 | 401 | 403;
  readonly callbackMethod: CallbackMethod;
  readonly callbackTimeoutSeconds: number;
  /** Whether a denial calls the V1 callback_uri with `error=access_denied`. */
  readonly callbackOnDenial: boolean;
  readonly codeLifeSeconds: number;
  /** True: connecting again within the hour hands back the very pair that the first connect handed out. */
  readonly reuseTokensWithinHour: boolean;
  /** The org that the next refresh comes back for, whatever org it was asked for; null again once it happened. */
  readonly wrongOrgOnRefresh: string | null;
}

export const defaultSettings: Settings = {
  tokenLifeSeconds: 3600,
  refreshTokenLifeSeconds: 2_592_000,
  includeExp: true,
  signatures: 'each',
  rotation: 'strict',
  graceSeconds: 30,
  refreshEndsOldTokens: false,
  latencyMilliseconds: 0,
  requireIdentity: false,
  refusedRefreshStatus: 400,
  callbackMethod: 'get',
  callbackTimeoutSeconds: 30,
  callbackOnDenial: true,
  codeLifeSeconds: 60,
  reuseTokensWithinHour: false,
  wrongOrgOnRefresh: null,
};
