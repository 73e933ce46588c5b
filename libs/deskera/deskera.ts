import type { ApiVersion, Secret } from '#kernel';
import type { RefreshIdentity } from './grant.js';
import type { GrantOutcome, ValidateOutcome } from './outcome.js';

/** Where a connection's calls go: its own API host and flavour, kept from the day it was connected. */
export interface DeskeraTarget {
  readonly apiVersion: ApiVersion;
  readonly apiUrl: string;
}

export interface AuthPageRequest {
  readonly apiVersion: ApiVersion;
  readonly state: Secret;
  /** V1 only: where the browser lands after the connection is complete. Not RFC 6749's `redirect_uri`. */
  readonly landingUrl: string;
}

export interface RefreshRequest {
  readonly refreshToken: Secret;
  readonly identity: RefreshIdentity;
  /** Asked in the same tick as the request's first byte; false: nothing is sent, the outcome is `not_sent`. */
  readonly mayStillSend: () => boolean;
}

/**
 * The only outbound calls to Deskera. No call rejects for anything Deskera or the network does: every answer, and
 * none, is an outcome. No call is retried here, but for the next client secret where one was refused.
 * An exchange or refresh is read for up to three times `timeoutSeconds`, so that a late answer is not lost.
 */
export abstract class Deskera {
  /** The auth page to send a person to. */
  abstract authPageUrl(request: AuthPageRequest): string;
  abstract exchangeCode(target: DeskeraTarget, code: Secret): Promise<GrantOutcome>;
  /** Connects for a refresh that follows within a second, which then does not wait for its connection. */
  abstract prepareRefresh(target: DeskeraTarget): void;
  abstract refresh(target: DeskeraTarget, request: RefreshRequest): Promise<GrantOutcome>;
  abstract validate(target: DeskeraTarget, token: Secret): Promise<ValidateOutcome>;
}
