import type { Secret } from '#kernel';

/** What a browser that opens a link gets. */
export type OpenedLink =
  | {
      readonly kind: 'auth_page';
      /** Holds the `state`. */
      readonly redirectTo: Secret;
      /** To be kept by the browser as a cookie: binds the callback, or the landing, to it. */
      readonly browserId: Secret;
    }
  | {
      /** First shows to whom the organisation will be connected; nothing is begun yet. */
      readonly kind: 'label';
      readonly label: string;
      /** To be kept by the browser as a cookie: only this browser may go on with the proof. */
      readonly browserId: Secret;
      /** Proves that this browser saw the label of this link. Useless in any other browser. */
      readonly labelProof: string;
    };

export interface LinkOpening {
  readonly linkId: Secret;
  /** From the browser's cookies, which may be several. */
  readonly browserIds: readonly Secret[];
  /** What the page with the label gave to go on with; null where the link is opened directly. */
  readonly labelProof: string | null;
}

/** Links that people open. Both may throw Failure `broker_unavailable`. */
export abstract class ConnectLinks {
  /**
   * Begins one way to Deskera with a `state` of its own; a link may be opened many times (link scanners do).
   * @throws Failure `link_expired`, also for an unknown link
   */
  abstract open(opening: LinkOpening): Promise<OpenedLink>;
  /**
   * Looks whether it would open, and begins nothing.
   * @throws Failure `link_expired`, also for an unknown link
   */
  abstract peek(linkId: Secret): Promise<void>;
}
