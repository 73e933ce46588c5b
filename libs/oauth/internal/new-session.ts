import { apiVersions, Failure, hasUnseenCharacters } from '#kernel';
import type { Activation, NewConnectSession } from '#connections';
import type { StartConnect } from '../connect-sessions.js';
import type { OauthOptions } from '../options.js';
import { allowedRedirectUri } from './redirect-uri.js';

const activations: readonly Activation[] = ['callback', 'browser', 'confirm'];

/** The stored values of a session, without its ids. */
export type SessionTerms = Omit<NewConnectSession, 'sessionSha256' | 'linkSha256'>;

/**
 * Validates a service's request and adds the configured defaults.
 * @throws Failure `invalid_redirect_uri`, `invalid_request`
 */
export function sessionTerms(request: StartConnect, options: OauthOptions): SessionTerms {
  const { redirectUri, apiVersion = options.defaultApiVersion, activation = 'callback' } = request;
  return {
    tenantId: request.tenantId,
    apiVersion: oneOf('apiVersion', apiVersion, apiVersions),
    apiUrl: options.apiUrl,
    redirectUri: redirectUri === undefined ? null : allowedRedirectUri(redirectUri, options.redirectOrigins),
    orgId: request.org === undefined ? null : shownText('org', request.org, 128),
    label: request.label === undefined ? null : shownText('label', request.label, 120),
    activation: oneOf('activation', activation, activations),
    lifeSeconds: options.sessionSeconds,
    startedBy: request.actor ?? null,
  };
}

function oneOf<Value extends string>(field: string, value: Value, known: readonly Value[]): Value {
  if (!known.includes(value)) throw invalid(field, `must be one of ${known.join(', ')}`);
  return value;
}

/** A text that people read on a page: invisible characters could make a label look like another name. */
function shownText(field: string, text: string, longest: number): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > longest)
    throw invalid(field, `must have 1 to ${String(longest)} characters`);
  if (hasUnseenCharacters(trimmed)) throw invalid(field, 'must hold no control or invisible characters');
  return trimmed;
}

function invalid(field: string, problem: string): Failure {
  return new Failure('invalid_request', `${field} ${problem}.`, {
    extensions: { errors: [{ field, problem }] },
  });
}
