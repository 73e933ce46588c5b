import type { ConnectionOrg } from './shapes.js';

/**
 * What the broker may answer to the calls of this library. A newer broker may know more.
 * @public to the test that holds them against the broker's own
 */
export const brokerCodes = [
  'invalid_request',
  'invalid_tenant_id',
  'invalid_redirect_uri',
  'unauthorized',
  'forbidden',
  'not_found',
  'not_connected',
  'org_not_connected',
  'connection_not_found',
  'connect_session_not_found',
  'method_not_allowed',
  'request_timeout',
  'reconnect_required',
  'org_ambiguous',
  'connect_session_not_awaiting',
  'payload_too_large',
  'uri_too_long',
  'unsupported_media_type',
  'headers_too_large',
  'rate_limited',
  'internal_error',
  'deskera_unavailable',
  'deskera_client_refused',
  'broker_unavailable',
] as const;

/**
 * The broker's codes, and two of this library's own:
 * - `broker_unreachable`: no answer came (refused, reset, too late); `status` is undefined;
 * - `unexpected_answer`: what came is nothing a broker says, such as a proxy's page.
 */
export type TokenBrokerErrorCode =
  (typeof brokerCodes)[number] | 'broker_unreachable' | 'unexpected_answer' | (string & Record<never, never>);

/** The broker's RFC 9457 problem document, as it came. */
export interface Problem {
  readonly code: string;
  readonly [member: string]: unknown;
}

export interface TokenBrokerErrorDetails {
  readonly status?: number | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly problem?: Problem | undefined;
}

/** A call to the broker that brought no result. Branch on `code`, which is stable; the message is for people. */
export class TokenBrokerError extends Error {
  override readonly name: string = 'TokenBrokerError';
  /** The HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  /** When asking again makes sense, where the broker says so. */
  readonly retryAfterSeconds: number | undefined;
  readonly problem: Problem | undefined;

  constructor(
    readonly code: TokenBrokerErrorCode,
    message: string,
    details: TokenBrokerErrorDetails = {},
  ) {
    super(message);
    this.status = details.status;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.problem = details.problem;
  }
}

/** `not_connected`, `org_not_connected`: send a person through a connect session. */
export class NotConnectedError extends TokenBrokerError {
  override readonly name = 'NotConnectedError';
}

/** `reconnect_required`: the grant is gone; a person has to connect the same org again. */
export class ReconnectRequiredError extends TokenBrokerError {
  override readonly name = 'ReconnectRequiredError';

  constructor(
    message: string,
    details: TokenBrokerErrorDetails,
    /** `grant_revoked`, `refresh_outcome_lost`, `org_changed`, `database_restored`, or what a newer broker says. */
    readonly reason: string | null,
    /** Since when, RFC 3339. */
    readonly since: string | null,
  ) {
    super('reconnect_required', message, details);
  }
}

/** `org_ambiguous`: name one of `orgs`, or set a default. */
export class OrgAmbiguousError extends TokenBrokerError {
  override readonly name = 'OrgAmbiguousError';

  constructor(
    message: string,
    details: TokenBrokerErrorDetails,
    readonly orgs: readonly (ConnectionOrg & { readonly status: string })[],
  ) {
    super('org_ambiguous', message, details);
  }
}
