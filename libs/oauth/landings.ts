import type { Secret } from '#kernel';

/** The result for a browser that returns from Deskera. */
export interface Landing {
  readonly status: 'pending' | 'awaiting_activation' | 'connected' | 'failed' | 'expired';
  /** Why the connect failed; null if it is connected or the result is unknown. */
  readonly code: string | null;
  /** The service's page, with `session`, `status` and `code`; null if the broker's page is shown. */
  readonly redirectTo: string | null;
}

/** The landing page after a connect. */
export abstract class Landings {
  /**
   * Activates the connection where the session asked for `activation: browser` and this is the browser that opened
   * the link whose connect completed. Where another browser lands first, somebody else may have consented than the one
   * who opened the link: the session fails and the grant is erased.
   *
   * @param browserIds from the browser's cookies
   * @returns null for an unknown session
   * @throws Failure `wrong_browser` where this landing ended the session, `broker_unavailable`
   */
  abstract arrive(sessionId: string, browserIds: readonly Secret[]): Promise<Landing | null>;
}
