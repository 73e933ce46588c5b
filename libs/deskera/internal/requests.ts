import { Secret } from '#kernel';
import type { DeskeraTarget } from '../deskera.js';
import type { RefreshIdentity } from '../grant.js';
import type { DeskeraOptions } from '../options.js';
import type { WireRequest } from './wire.js';

/** A registered client with the one secret that is tried. */
export interface Client {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

type TokenParams = DeskeraOptions['tokenParams'];

const tokenPaths = { v1: 'oauth/token', v2: 'v2/oauth/token' } as const;
/** Deskera's V1 document sends `read+write` with the code, its V2 document `write`. */
const exchangeScopes = { v1: 'read write', v2: 'write' } as const;

const plainHeaders = { accept: 'application/json', 'user-agent': 'deskera-token-broker' };

/** Trades a code for a grant (RFC 6749, section 4.1.3; without `redirect_uri`, which Deskera's document does not send). */
export function exchangeRequest(
  { apiVersion, apiUrl }: DeskeraTarget,
  code: Secret,
  client: Client,
  params: TokenParams,
): WireRequest {
  const fields = {
    grant_type: 'authorization_code',
    scope: exchangeScopes[apiVersion],
    code: code.reveal(),
  };
  return tokenRequest(address(apiUrl, tokenPaths[apiVersion]), fields, client, params);
}

/** V2's refresh (RFC 6749, section 6). */
export function refreshRequestV2(
  { apiUrl }: DeskeraTarget,
  refreshToken: Secret,
  client: Client,
  params: TokenParams,
): WireRequest {
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() };
  return tokenRequest(address(apiUrl, tokenPaths.v2), fields, client, params);
}

/** V1's refresh: the refresh token alone is the authority. */
export function refreshRequestV1(
  { apiUrl }: DeskeraTarget,
  refreshToken: Secret,
  identity: RefreshIdentity,
  sends: DeskeraOptions['refreshIdentity'],
): WireRequest {
  const body = JSON.stringify({ refreshToken: refreshToken.reveal(), ...identityFields(identity, sends) });
  return {
    method: 'POST',
    url: Secret.of(address(apiUrl, 'v1/iam/auth/app/getrefreshtoken').href),
    headers: { ...plainHeaders, 'content-type': 'application/json' },
    body: Secret.of(body),
    repeatable: false,
  };
}

/** Asks whether a token is good; the same in V1 and V2. */
export function validateRequest({ apiUrl }: DeskeraTarget, token: Secret): WireRequest {
  return {
    method: 'GET',
    url: Secret.of(address(apiUrl, 'v1/iam/token/app/validate').href),
    headers: { ...plainHeaders, 'x-access-token': token },
    body: null,
    repeatable: true,
  };
}

function tokenRequest(
  url: URL,
  fields: Record<string, string>,
  client: Client,
  params: TokenParams,
): WireRequest {
  const encoded = new URLSearchParams(fields);
  if (params === 'query') url.search = encoded.toString();
  return {
    method: 'POST',
    url: Secret.of(url.href),
    headers: {
      ...plainHeaders,
      'content-type': 'application/x-www-form-urlencoded',
      authorization: basicAuthorization(client),
    },
    body: params === 'body' ? Secret.of(encoded.toString()) : null,
    repeatable: false,
  };
}

/**
 * As Deskera's document has it: base64 of `client_id:client_secret` as they are. RFC 6749, section 2.3.1, would have both
 * form-encoded first, which makes no difference to the characters that Deskera gives out.
 */
function basicAuthorization({ clientId, clientSecret }: Client): Secret {
  const pair = Buffer.from(`${clientId}:${clientSecret.reveal()}`, 'utf8');
  return Secret.of(`Basic ${pair.toString('base64')}`);
}

function identityFields(
  { tenantId, userName }: RefreshIdentity,
  sends: DeskeraOptions['refreshIdentity'],
): Record<string, string> {
  return {
    ...(sends === 'full' && userName !== null ? { userName } : {}),
    ...(sends !== 'off' && tenantId !== null ? { tenantId } : {}),
  };
}

/** The API host may be a path behind a gateway: what is set is kept. */
function address(apiUrl: string, path: string): URL {
  return new URL(path, apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);
}
