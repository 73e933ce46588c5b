import type { Secret } from '#kernel';

/** The answer to a browser that opens a link. */
export type OpenedLink =
  | {
      readonly kind: 'auth_page';
      /** Deskera's authorization page, with the `state`. */
      readonly redirectTo: Secret;
      /** Value of the cookie that binds the callback, or the landing, to this browser. */
      readonly browserId: Secret;
    }
  | {
      /** Shows the label first: to whom the organization will be connected. Nothing has begun yet. */
      readonly kind: 'label';
      readonly label: string;
      /** Value of the cookie without which the proof is not accepted. */
      readonly browserId: Secret;
      /** Proves that this browser showed the label of this link. Not valid in another browser. */
      readonly labelProof: string;
    };

export interface LinkOpening {
  readonly linkId: Secret;
  /** From the browser's cookies; several are possible. */
  readonly browserIds: readonly Secret[];
  /** The proof from the label page; null if the link is opened directly. */
  readonly labelProof: string | null;
}

/** Connect links. Both methods may throw Failure `broker_unavailable`. */
export abstract class ConnectLinks {
  /**
   * Starts an authorization with its own `state`. A link may be opened many times, for example by link scanners.
   * @throws Failure `link_expired`, also for an unknown link
   */
  abstract open(opening: LinkOpening): Promise<OpenedLink>;
  /**
   * Checks that the link is valid without starting anything.
   * @throws Failure `link_expired`, also for an unknown link
   */
  abstract peek(linkId: Secret): Promise<void>;
}
