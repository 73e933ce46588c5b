import type { ApiVersion } from '../state/api-version.js';
import type { Client, Clients } from '../state/clients.js';
import { isKnownScope, queryText } from '../wire/parameters.js';

/** What a link to the auth page asked for, once it was checked. */
export interface AuthorizationRequest {
  readonly apiVersion: ApiVersion;
  readonly client: Client;
  readonly state: string | null;
  /** V1 only: where the browser lands after the connection is complete. Null: on a page of our own. */
  readonly redirectUri: URL | null;
}

export interface BadAuthorizationRequest {
  readonly problem: string;
}

/** Reads the auth page's address. Nobody is sent anywhere by a bad one: its problem is shown on a page. */
export function readAuthorizationRequest(
  address: string,
  apiVersion: ApiVersion,
  clients: Clients,
): AuthorizationRequest | BadAuthorizationRequest {
  const query = new URLSearchParams(queryText(address));
  const repeated = ['client_id', 'response_type', 'scope', 'state', 'redirect_uri'].find(
    (name) => query.getAll(name).length > 1,
  );
  if (repeated !== undefined) return { problem: `${repeated} is given more than once.` };
  const client = clients.find(query.get('client_id') ?? '');
  if (client === undefined) return { problem: 'client_id names no registered app.' };
  if (query.get('response_type') !== 'code') return { problem: 'response_type must be “code”.' };
  if (!isKnownScope(query.get('scope') ?? '')) return { problem: 'scope must be “write”.' };
  const redirect = readRedirectUri(apiVersion === 'v1' ? query.get('redirect_uri') : null);
  if (redirect === 'unusable') return { problem: 'redirect_uri must be an http or https address.' };
  return { apiVersion, client, state: query.get('state'), redirectUri: redirect };
}

function readRedirectUri(text: string | null): URL | null | 'unusable' {
  if (text === null || text === '') return null;
  const url = URL.parse(text);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : 'unusable';
}
