import type { Secret } from '#kernel';

/**
 * The token pair Deskera handed over, and the hints read from it. Deskera publishes no key, so the claims of its
 * JWTs are hints and never authorization; each may be missing.
 */
export interface DeskeraGrant {
  /** The JWT that resource calls carry in `x-access-token`. */
  readonly token: Secret;
  readonly refreshToken: Secret;
  /** The answer held a refresh token in a form that could not be read: this one is the one that was sent, and may be spent. */
  readonly refreshTokenUnread?: true;
  /** `tenantId`, else the second half of `user_name`; null where unreadable. */
  readonly orgId: string | null;
  readonly orgName: string | null;
  readonly email: string | null;
  /** How much longer the token lives from the answer on, in seconds; null where unknown. */
  readonly tokenLifeSeconds: number | null;
  /**
   * The token expired before the answer was written: it is dead, or the clocks behind Deskera disagree. It must not be
   * handed out before Deskera calls it good; `tokenLifeSeconds` is then the life of a fresh token.
   */
  readonly tokenIsPast?: true;
  /** The same of the refresh token; the life of a fresh one where it expired before the answer was written. */
  readonly refreshTokenLifeSeconds: number | null;
}

/** Who a V1 refresh may have to name beside the token (`DESKERA_V1_REFRESH_IDENTITY`). */
export interface RefreshIdentity {
  readonly tenantId: string | null;
  readonly userName: string | null;
}
