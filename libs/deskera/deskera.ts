import type { ApiVersion, Secret } from '#kernel';
import type { RefreshIdentity } from './grant.js';
import type { GrantOutcome, ValidateOutcome } from './outcome.js';

/** Target of a connection's calls: the API host and flavor that it was connected with. */
export interface DeskeraTarget {
  readonly apiVersion: ApiVersion;
  readonly apiUrl: string;
}

export interface AuthPageRequest {
  readonly apiVersion: ApiVersion;
  readonly state: Secret;
  /** V1 only: the page to which the browser returns after the connect. Not the `redirect_uri` of RFC 6749. */
  readonly landingUrl: string;
}

export interface RefreshRequest {
  readonly refreshToken: Secret;
  readonly identity: RefreshIdentity;
  /** Called in the tick of the request's first byte. If false, nothing is sent and the outcome is `not_sent`. */
  readonly mayStillSend: () => boolean;
}

/**
 * All calls to Deskera. No call rejects because of Deskera or the network: every answer, and a missing one, is an
 * outcome. Calls are not retried, except with the next client secret after a refused one. An exchange or refresh is
 * read for up to three times `timeoutSeconds`, so that a late answer is not lost.
 */
export abstract class Deskera {
  /** The URL of Deskera's authorization page for a person. */
  abstract authPageUrl(request: AuthPageRequest): string;
  abstract exchangeCode(target: DeskeraTarget, code: Secret): Promise<GrantOutcome>;
  /** Connects a socket for a refresh that follows within a second. */
  abstract prepareRefresh(target: DeskeraTarget): void;
  abstract refresh(target: DeskeraTarget, request: RefreshRequest): Promise<GrantOutcome>;
  abstract validate(target: DeskeraTarget, token: Secret): Promise<ValidateOutcome>;
}
