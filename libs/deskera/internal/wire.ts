import type { Secret } from '#kernel';

/** One request to Deskera, ready to be sent. What holds a token, code or client secret is a `Secret` to the last moment. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  /** A `Secret`, for its query may hold a code or refresh token. */
  readonly url: Secret;
  readonly headers: Readonly<Record<string, string | Secret>>;
  readonly body: Secret | null;
  /**
   * A question: it may be sent twice without harm, so it may go over a socket that the other side is about to close. Its answer
   * is judged by the status alone.
   */
  readonly repeatable: boolean;
}

/** What is told apart when no whole answer came. */
export type WireTrouble = 'not_sent' | 'connection_failed' | 'timeout' | 'reset' | 'unreadable';

export interface WireHead {
  readonly status: number;
  readonly contentType: string;
  /** When it was written: by its `Date` where that is plausible, else by our own clock. */
  readonly answeredAt: Date;
  readonly retryAfterSeconds: number | null;
  /** The scheme of `WWW-Authenticate`, in small letters; null where there is none. */
  readonly challenge: string | null;
  /** The whole `WWW-Authenticate` where its scheme is Bearer (RFC 6750); else null. It may echo a token. */
  readonly bearerChallenge: string | null;
}

export type WireAnswer = WholeAnswer | BrokenAnswer;

interface WholeAnswer {
  readonly kind: 'answer';
  readonly head: WireHead;
  readonly body: string;
  readonly trouble: null;
}

/** An answer whose body did not come whole, was damaged, or was too large. */
interface BrokenAnswer {
  readonly kind: 'answer';
  readonly head: WireHead;
  readonly body: null;
  readonly trouble: WireTrouble;
  /** What came of the body: JSON that is complete tells as much as a whole answer. */
  readonly beginning: string;
}

export interface NoAnswer {
  readonly kind: 'no_answer';
  readonly trouble: WireTrouble;
  /** Surely no byte of the request was sent. */
  readonly unsent: boolean;
  /** The error's code, such as `ECONNREFUSED`; never a message. */
  readonly code: string;
}

export type WireResult = WireAnswer | NoAnswer;
