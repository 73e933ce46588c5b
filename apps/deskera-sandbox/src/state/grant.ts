import type { ApiVersion } from './api-version.js';

/** One token that was handed out, as far as it has to be remembered: its text can be made again from this. */
export interface IssuedToken {
  /** Drawn from one rising sequence for all tokens; a refresh token's follows that of the access token beside it. */
  readonly number: number;
  readonly issuedAtSeconds: number;
  /** Null: the token tells no `exp`. */
  readonly expiresAtSeconds: number | null;
}

export interface TokenPair {
  readonly access: IssuedToken;
  readonly refresh: IssuedToken;
}

/** A refresh token and all that came of it: in the words of rotation, a family. */
export interface Grant {
  readonly id: string;
  readonly clientId: string;
  readonly orgId: string;
  readonly apiVersion: ApiVersion;
  /** The pair the code was exchanged for. */
  readonly first: TokenPair;
  /** The pair that is good now. */
  readonly current: TokenPair;
  /** The refresh token spent last, and when (milliseconds), for the grace period. */
  readonly lastSpent: { readonly number: number; readonly at: number } | null;
  readonly revoked: boolean;
}

export type GrantHolder = Pick<Grant, 'clientId' | 'orgId' | 'apiVersion'>;
