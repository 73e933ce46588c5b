import type { Secret } from '#kernel';

/**
 * The token pair that Deskera issued, and hints from its claims. Deskera publishes no key, so claims are hints and
 * never authorization; each may be missing.
 */
export interface DeskeraGrant {
  /** The JWT for API calls, sent in `x-access-token`. */
  readonly token: Secret;
  readonly refreshToken: Secret;
  /** True if the new refresh token could not be read: this one is the one that was sent, and may be used up. */
  readonly refreshTokenUnread?: true;
  /** `tenantId`, else the second half of `user_name`; null if unreadable. */
  readonly orgId: string | null;
  readonly orgName: string | null;
  readonly email: string | null;
  /** Seconds that the token lives after the answer; null if unknown. */
  readonly tokenLifeSeconds: number | null;
  /**
   * True if the token expired before the answer was written: it is dead, or Deskera's clocks disagree. It must not be
   * handed out before a successful check; `tokenLifeSeconds` is then the life of a fresh token.
   */
  readonly tokenIsPast?: true;
  /**
   * Seconds that the refresh token lives after the answer; the life of a fresh one if it expired before; null if
   * unknown.
   */
  readonly refreshTokenLifeSeconds: number | null;
}

/** Identity that a V1 refresh may have to send beside the token (`DESKERA_V1_REFRESH_IDENTITY`). */
export interface RefreshIdentity {
  readonly tenantId: string | null;
  readonly userName: string | null;
}
