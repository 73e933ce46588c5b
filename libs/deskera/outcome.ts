import type { Secret } from '#kernel';
import type { DeskeraGrant } from './grant.js';

/**
 * Deskera could not be asked, or its answer says nothing about the token. `definite` means that Deskera surely
 * did not act on the request, so that sending the same refresh token again is not a second spending.
 */
export interface PassingFailure {
  readonly kind: 'passing';
  readonly definite: boolean;
  readonly reason:
    | 'not_sent'
    | 'breaker_open'
    | 'connection_failed'
    | 'timeout'
    | 'reset'
    | 'rate_limited'
    | 'server_error'
    | 'unreadable';
  /** From `Retry-After`; null where Deskera named none. */
  readonly retryAfterSeconds: number | null;
  /** For the log: status and error word at most, never Deskera's own sentence. */
  readonly summary: string;
  /** Deskera answered with success, but without a token pair that can be read. */
  readonly withoutPair?: true;
  /** The new refresh token of such an answer to a refresh: the one that was sent may be spent. */
  readonly newRefreshToken?: Secret;
}

/**
 * Our client id, secret or request was refused: nothing is known about the token, and no tenant is at fault.
 * `client_doubted`: the words were those for a refused client, and no other call of that client bears it out yet.
 */
export interface OurFault {
  readonly kind: 'our_fault';
  /** False where the call was held back, because Deskera refused the client a moment ago. */
  readonly sent: boolean;
  readonly definite: true;
  readonly reason: 'client_refused' | 'client_doubted' | 'bad_request';
  readonly summary: string;
}

/** Deskera refused this very code or refresh token. */
export interface Refused {
  readonly kind: 'refused';
  readonly definite: true;
  readonly summary: string;
}

/**
 * The call was turned down, in words that are not known to be Deskera's on this token: a gateway may have answered, or
 * Deskera about something else. Alone it is no verdict.
 */
/** Whether a 401 without known words came in an error envelope, as Deskera's do, or bare, as a gateway's. */
export type ClientDoubt = 'enveloped' | 'bare';

export interface Declined {
  readonly kind: 'declined';
  readonly definite: true;
  /** A 401 to a call that carries our client: others may show that it is the client that is refused. Null: none of that. */
  readonly clientDoubt: ClientDoubt | null;
  readonly summary: string;
}

export interface Granted {
  readonly kind: 'granted';
  readonly definite: true;
  readonly grant: DeskeraGrant;
}

export type GrantOutcome = Granted | Refused | Declined | OurFault | PassingFailure;

/** `valid` and `invalid` are Deskera's word; everything else means *don't know* and changes nothing. */
export type ValidateOutcome =
  { readonly kind: 'valid' } | { readonly kind: 'invalid' } | OurFault | PassingFailure;
