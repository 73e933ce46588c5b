import type { TenantId } from '#kernel';
import type { DeskeraToken } from './deskera-token.js';

/** A service's report that Deskera refused a token with 401. */
export interface TokenRejection {
  readonly tenantId: TenantId;
  /** Null for the default org, or the only one. */
  readonly orgId: string | null;
  /** Fingerprint of the refused token. */
  readonly fingerprint: string;
}

/**
 * `replaced`: it was an old one already, or is not known; `still_valid`: Deskera says it is good, so that the 401 was
 * about something else; `refreshed`: Deskera refuses it, and another one is here.
 */
export type RejectionOutcome = 'replaced' | 'still_valid' | 'refreshed';

export interface RejectionAnswer {
  readonly outcome: RejectionOutcome;
  readonly token: DeskeraToken;
}

/** Handles reports of refused tokens. */
export abstract class TokenRejections {
  /**
   * Finds out whether the token is bad, and gets another one if so. However many callers report the same token at once,
   * over all replicas, Deskera sees at most one check and one refresh; a token it calls invalid is served no more.
   *
   * @throws Failure as `DeskeraTokens.get`; `deskera_unavailable` also where the limit of checks is reached
   */
  abstract report(rejection: TokenRejection): Promise<RejectionAnswer>;
}
