import type { Secret } from '#kernel';

/** One request to Deskera, ready to be sent. What holds a token, code or client secret is a `Secret` to the last moment. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  /** A `Secret`, for its query may hold a code or refresh token. */
  readonly url: Secret;
  readonly headers: Readonly<Record<string, string | Secret>>;
  readonly body: Secret | null;
}

/** What is told apart when no whole answer came. */
export type WireTrouble = 'not_sent' | 'connection_failed' | 'timeout' | 'reset' | 'unreadable';

export interface WireHead {
  readonly status: number;
  readonly contentType: string;
  /** The answer's `Date`; null where it has none that can be read. */
  readonly date: Date | null;
  readonly retryAfterSeconds: number | null;
  /** The scheme of `WWW-Authenticate`, in small letters; null where there is none. */
  readonly challenge: string | null;
  /** The whole `WWW-Authenticate` where its scheme is Bearer (RFC 6750); else null. It may echo a token. */
  readonly bearerChallenge: string | null;
}

export interface WireAnswer {
  readonly kind: 'answer';
  readonly head: WireHead;
  /** Null where it did not come whole, or was too large: `trouble` says how. */
  readonly body: string | null;
  readonly trouble: WireTrouble | null;
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
