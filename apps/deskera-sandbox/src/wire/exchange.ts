import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ApiVersion } from '../state/api-version.js';
import type { HandedPair } from '../tokens/issuer.js';
import type { World } from '../world.js';
import { jsonAnswer, type Handled } from './answer.js';
import { authenticatedClient } from './client-credentials.js';
import { badRequest, clientRefused, codeRefused } from './deskera-errors.js';
import type { OperationCall } from './operation.js';
import { isKnownScope } from './parameters.js';

/** `grant_type=authorization_code`: the code for the first pair. */
export function exchangeCall(
  world: World,
  request: FastifyRequest,
  parameters: URLSearchParams,
  apiVersion: ApiVersion,
): OperationCall {
  const orgId = world.codes.find(parameters.get('code') ?? '')?.orgId ?? null;
  const { authorization } = request.headers;
  return {
    operation: 'exchange',
    orgId,
    work: () => exchange(world, authorization, parameters, apiVersion),
  };
}

function exchange(
  world: World,
  authorization: string | undefined,
  parameters: URLSearchParams,
  apiVersion: ApiVersion,
): Handled {
  const client = authenticatedClient(authorization, world.clients);
  if (client === null) return clientRefused(apiVersion);
  const { clientId } = client;
  const scope = parameters.get('scope') ?? 'write';
  if (!isKnownScope(scope)) return badRequest(`Invalid scope: ${scope}`, 'invalid_scope');
  const code = parameters.get('code') ?? '';
  if (code === '') return badRequest('An authorization code must be supplied.');
  const spending = world.codes.spend(code, { clientId, apiVersion }, world.clock.now());
  if (spending.kind === 'spent') world.counters.count('spentCodesPresented');
  if (spending.kind !== 'granted') return codeRefused(code);
  const pair = world.issuer.connect(spending.grant);
  const body = apiVersion === 'v1' ? firstAnswer(pair, scope) : tokenAnswer(pair);
  return { outcome: 'succeeded', answer: jsonAnswer(200, body) };
}

/** V1: only the deskera-* pair counts; `access_token`, `refresh_token` and `expires_in` are there and mean nothing. */
function firstAnswer({ org, accessToken, refreshToken }: HandedPair, scope: string): object {
  return {
    access_token: randomUUID(),
    token_type: 'bearer',
    refresh_token: randomUUID(),
    expires_in: 9,
    scope: scope.replaceAll('+', ' '),
    'deskera-token': accessToken,
    'deskera-refresh-token': refreshToken,
    email: org.email,
    username: 'My Org',
    org: org.name,
  };
}

/** V2, for both grant types: neither org nor e-mail. */
export function tokenAnswer({ accessToken, refreshToken }: HandedPair): object {
  return { access_token: accessToken, token_type: 'bearer', refresh_token: refreshToken, expires_in: 0 };
}
