import type { ApiVersion } from '../state/api-version.js';
import { type Handled, jsonAnswer } from './answer.js';
import { exchangeCall, tokenAnswer } from './exchange.js';
import { tokenParameters } from './parameters.js';
import type { FastifyRequest } from 'fastify';
import type { World } from '../world.js';
import { authenticatedClient } from './client-credentials.js';
import { badRequest, clientRefused, refreshTokenExpired, refreshTokenRefused } from './deskera-errors.js';
import type { OperationCall } from './operation.js';

/** `POST /oauth/token`, which exchanges codes only, and `POST /v2/oauth/token`, which refreshes too. */
export function tokenCall(world: World, request: FastifyRequest, apiVersion: ApiVersion): OperationCall {
  const parameters = tokenParameters(request);
  const grantType = parameters.get('grant_type');
  if (grantType === 'authorization_code') return exchangeCall(world, request, parameters, apiVersion);
  if (grantType === 'refresh_token' && apiVersion === 'v2') return refreshV2Call(world, request, parameters);
  const { authorization } = request.headers;
  const work = () => refuseGrantType(world, authorization, grantType, apiVersion);
  return { operation: 'exchange', orgId: null, work };
}

function refuseGrantType(
  world: World,
  authorization: string | undefined,
  grantType: string | null,
  apiVersion: ApiVersion,
): Handled {
  if (authenticatedClient(authorization, world.clients) === null) return clientRefused(apiVersion);
  if (grantType === null) return badRequest('Missing grant type');
  return badRequest(`Unsupported grant type: ${grantType}`, 'unsupported_grant_type');
}

/** `grant_type=refresh_token` at `/v2/oauth/token`: the token's own client must ask, with its secret. */
function refreshV2Call(world: World, request: FastifyRequest, parameters: URLSearchParams): OperationCall {
  const refreshToken = parameters.get('refresh_token') ?? '';
  const orgId = world.issuer.orgOfToken(refreshToken)?.id ?? null;
  const { authorization } = request.headers;
  return {
    operation: 'refresh',
    orgId,
    refreshToken,
    work: () => refresh(world, authorization, refreshToken),
  };
}

function refresh(world: World, authorization: string | undefined, refreshToken: string): Handled {
  const client = authenticatedClient(authorization, world.clients);
  if (client === null) return clientRefused('v2');
  if (refreshToken === '') return badRequest('A refresh token must be supplied.');
  const result = world.issuer.refresh(refreshToken, { apiVersion: 'v2', clientId: client.clientId });
  if (result.kind === 'expired') return refreshTokenExpired(refreshToken);
  if (result.kind === 'refused') return refreshTokenRefused(refreshToken);
  return { outcome: 'succeeded', answer: jsonAnswer(200, tokenAnswer(result.pair)) };
}
