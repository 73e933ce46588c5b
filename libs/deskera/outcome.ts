import type { Secret } from '#kernel';
import type { DeskeraGrant } from './grant.js';

/**
 * Deskera could not be called, or its answer says nothing about the token. `definite` means that Deskera certainly
 * did not act on the request, so that the same refresh token can be sent again.
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
  /** From `Retry-After`; null if absent. */
  readonly retryAfterSeconds: number | null;
  /** For the log: at most the status and the error code, never Deskera's sentence. */
  readonly summary: string;
  /** Deskera answered with success, but without a readable token pair. */
  readonly withoutPair?: true;
  /** The new refresh token of such an answer to a refresh; the one that was sent may be used up. */
  readonly newRefreshToken?: Secret;
}

/**
 * Deskera refused the client id, the secret or the request: nothing is known about the token, and no tenant is at
 * fault. `client_doubted`: the words are those for a refused client, and no other call of the client confirms it yet.
 */
export interface OurFault {
  readonly kind: 'our_fault';
  /** False if the call was held back, because Deskera refused the client shortly before. */
  readonly sent: boolean;
  readonly definite: true;
  readonly reason: 'client_refused' | 'client_doubted' | 'bad_request';
  readonly summary: string;
}

/** Deskera refused this code or refresh token. */
export interface Refused {
  readonly kind: 'refused';
  readonly definite: true;
  readonly summary: string;
}

/**
 * The call was refused in words that may not be Deskera's about this token: a gateway may have answered, or Deskera
 * about something else. No verdict by itself.
 */
/** Whether a 401 without known words has an error envelope, as Deskera's answers do, or is bare, as a gateway's. */
export type ClientDoubt = 'enveloped' | 'bare';

export interface Declined {
  readonly kind: 'declined';
  readonly definite: true;
  /**
   * Set for a 401 to a call with client credentials: other calls may show that the client is refused. Null otherwise.
   */
  readonly clientDoubt: ClientDoubt | null;
  readonly summary: string;
}

export interface Granted {
  readonly kind: 'granted';
  readonly definite: true;
  readonly grant: DeskeraGrant;
}

export type GrantOutcome = Granted | Refused | Declined | OurFault | PassingFailure;

/** `valid` and `invalid` are Deskera's answers; everything else means *unknown* and changes nothing. */
export type ValidateOutcome =
  { readonly kind: 'valid' } | { readonly kind: 'invalid' } | OurFault | PassingFailure;
