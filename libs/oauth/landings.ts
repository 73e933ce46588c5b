import type { Secret } from '#kernel';

/** Where a browser stands that came back from Deskera. */
export interface Landing {
  readonly status: 'pending' | 'awaiting_activation' | 'connected' | 'failed' | 'expired';
  /** Why not connected; null where it is, or where nothing is known. */
  readonly code: string | null;
  /** The service's own page, with `session`, `status` and `code`; null: ours is shown. */
  readonly redirectTo: string | null;
}

/** The page a person lands on. */
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
