import type { DeskeraToken } from '../shapes.js';

export type FetchInput = string | URL | Request;

/** A call to Deskera as the caller wants it, before there is a token for it. */
export interface DeskeraRequest {
  readonly input: FetchInput;
  readonly init: RequestInit;
  readonly signal: AbortSignal | undefined;
  /** Whether it can be sent a second time: a stream can't. */
  readonly repeatable: boolean;
}

/** @throws TypeError */
export function readRequest(input: FetchInput, init: RequestInit = {}): DeskeraRequest {
  if (init.redirect === 'follow') {
    throw new TypeError("redirects are not followed, the token could go along: use 'manual' or 'error'");
  }
  const request = input instanceof Request ? input : null;
  return {
    input,
    init: { ...init, redirect: init.redirect ?? 'manual' },
    signal: init.signal ?? (init.signal === null ? undefined : request?.signal),
    repeatable: init.body === undefined ? (request?.body ?? null) === null : isRepeatable(init.body),
  };
}

/**
 * What to hand to `fetch`: a path is taken below the token's `apiUrl`, an address must be on its origin.
 * @throws TypeError where the token would go to somebody else
 */
export function withToken(
  request: DeskeraRequest,
  token: DeskeraToken,
): readonly [input: FetchInput, init: RequestInit] {
  const { input, init } = request;
  const address = addressOf(input, token.apiUrl);
  const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined));
  headers.set('x-access-token', token.deskeraToken);
  return [input instanceof Request ? input : address, { ...init, headers }];
}

function addressOf(input: FetchInput, apiUrl: string): URL {
  const address = input instanceof Request ? URL.parse(input.url) : resolve(String(input), apiUrl);
  if (address === null) throw new TypeError('the address of the call to Deskera cannot be read');
  const { origin } = new URL(apiUrl);
  if (address.origin !== origin) throw new TypeError(`a token for ${origin} is sent to no other origin`);
  return address;
}

/** `/v1/contacts` and `v1/contacts` mean the same, also where `apiUrl` has a path of its own. */
function resolve(text: string, apiUrl: string): URL | null {
  const below = /^\/(?![/\\])/.test(text) ? `.${text}` : text;
  return URL.parse(below, apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);
}

function isRepeatable(body: RequestInit['body']): boolean {
  return (
    body === null ||
    typeof body === 'string' ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body) ||
    [URLSearchParams, FormData, Blob].some((kind) => body instanceof kind)
  );
}
