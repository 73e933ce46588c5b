/** Who has to act on the failure. */
export type FailureOwner = 'caller' | 'tenant' | 'operator' | 'deskera' | 'us';

interface FailureKind {
  readonly status: number;
  readonly title: string;
  readonly owner: FailureOwner;
}

/**
 * Every expected failure by its stable code, with the status and title of its RFC 9457 problem and its owner. Codes
 * are never renamed or reused: callers branch on them.
 */
export const failureKinds = {
  invalid_request: { status: 400, title: 'The request is not valid', owner: 'caller' },
  invalid_tenant_id: { status: 400, title: 'The tenant id is not valid', owner: 'caller' },
  invalid_redirect_uri: { status: 400, title: 'The redirectUri is not allowed', owner: 'caller' },
  invalid_cursor: { status: 400, title: 'The cursor is not valid', owner: 'caller' },
  webhook_url_not_allowed: { status: 400, title: 'A webhook may not go there', owner: 'caller' },
  missing_code: { status: 400, title: 'The callback has no code', owner: 'deskera' },
  missing_state: { status: 400, title: 'The callback has no state', owner: 'deskera' },
  unknown_state: { status: 400, title: 'The state is not known', owner: 'tenant' },
  unauthorized: { status: 401, title: 'A valid key is needed', owner: 'caller' },
  forbidden: { status: 403, title: 'The key does not allow this', owner: 'caller' },
  access_denied: { status: 403, title: 'The person denied the access', owner: 'tenant' },
  wrong_browser: { status: 403, title: 'Another browser started this', owner: 'tenant' },
  not_found: { status: 404, title: 'There is no such resource', owner: 'caller' },
  not_connected: { status: 404, title: 'The tenant is not connected', owner: 'tenant' },
  org_not_connected: { status: 404, title: 'The tenant is not connected to this org', owner: 'tenant' },
  connection_not_found: { status: 404, title: 'There is no such connection', owner: 'caller' },
  connect_session_not_found: { status: 404, title: 'There is no such connect session', owner: 'caller' },
  service_key_not_found: { status: 404, title: 'There is no such service key', owner: 'caller' },
  service_key_secret_not_found: { status: 404, title: 'The key has no such live secret', owner: 'caller' },
  webhook_not_found: { status: 404, title: 'There is no such webhook', owner: 'caller' },
  webhook_secret_not_found: { status: 404, title: 'The webhook has no such secret', owner: 'caller' },
  webhook_delivery_not_found: { status: 404, title: 'The webhook has no such delivery', owner: 'caller' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here', owner: 'caller' },
  request_timeout: { status: 408, title: 'The request came too slowly', owner: 'caller' },
  reconnect_required: { status: 409, title: 'The tenant has to connect again', owner: 'tenant' },
  org_ambiguous: { status: 409, title: 'The tenant has several orgs', owner: 'caller' },
  org_mismatch: { status: 409, title: 'Another org was connected than asked for', owner: 'tenant' },
  org_connected_elsewhere: { status: 409, title: 'The org is connected elsewhere', owner: 'tenant' },
  connect_superseded: { status: 409, title: 'A newer connect or disconnect came first', owner: 'tenant' },
  connect_session_not_awaiting: {
    status: 409,
    title: 'The connect session does not await a confirmation',
    owner: 'caller',
  },
  service_key_secrets_full: { status: 409, title: 'The key has two live secrets already', owner: 'caller' },
  service_key_last_secret: { status: 409, title: 'The key has no other live secret', owner: 'caller' },
  webhooks_full: { status: 409, title: 'There are as many webhooks as there may be', owner: 'caller' },
  webhook_disabled: { status: 409, title: 'The webhook is disabled', owner: 'caller' },
  webhook_secrets_full: { status: 409, title: 'The webhook has two secrets already', owner: 'caller' },
  webhook_last_secret: { status: 409, title: 'A webhook needs a secret', owner: 'caller' },
  state_already_used: { status: 409, title: 'The state was used already', owner: 'tenant' },
  state_expired: { status: 410, title: 'The connect session has expired', owner: 'tenant' },
  link_expired: { status: 410, title: 'The link is no longer valid', owner: 'tenant' },
  payload_too_large: { status: 413, title: 'The body is too large', owner: 'caller' },
  uri_too_long: { status: 414, title: 'The address is too long', owner: 'caller' },
  grant_refused: { status: 422, title: 'Deskera refuses the grant', owner: 'tenant' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported', owner: 'caller' },
  rate_limited: { status: 429, title: 'Too many requests', owner: 'caller' },
  headers_too_large: { status: 431, title: 'The headers are too large', owner: 'caller' },
  internal_error: { status: 500, title: 'Something went wrong here', owner: 'us' },
  code_exchange_failed: { status: 502, title: 'Deskera did not exchange the code', owner: 'deskera' },
  deskera_unavailable: { status: 503, title: 'Deskera cannot be asked now', owner: 'deskera' },
  deskera_client_refused: { status: 503, title: 'Deskera refuses our client', owner: 'operator' },
  broker_unavailable: { status: 503, title: 'The broker cannot answer now', owner: 'us' },
} as const satisfies Record<string, FailureKind>;

export type FailureCode = keyof typeof failureKinds;

export interface FailureOptions {
  /** Details for the log, never for the caller. Must not contain a secret. */
  readonly internal?: string;
  readonly cause?: unknown;
  /** Whole seconds after which a retry makes sense. */
  readonly retryAfterSeconds?: number;
  /** Members added to the problem document, such as `reason` or `orgs`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An expected failure. `message` is the public sentence. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly internal: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: FailureCode,
    publicDetail: string,
    options: FailureOptions = {},
  ) {
    super(publicDetail, options.cause === undefined ? undefined : { cause: options.cause });
    this.internal = options.internal;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.extensions = options.extensions ?? {};
  }

  get owner(): FailureOwner {
    return failureKinds[this.code].owner;
  }

  get status(): number {
    return failureKinds[this.code].status;
  }

  get title(): string {
    return failureKinds[this.code].title;
  }
}

/** Whether the failure means that the database is unavailable and a retry may succeed. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof Failure && error.code === 'broker_unavailable';
}
