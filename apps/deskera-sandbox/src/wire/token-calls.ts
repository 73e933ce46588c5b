import type { FastifyRequest } from 'fastify';
import type { ApiVersion } from '../state/api-version.js';
import type { World } from '../world.js';
import type { Handled } from './answer.js';
import { authenticatedClient } from './client-credentials.js';
import { badRequest, clientRefused } from './deskera-errors.js';
import { exchangeCall } from './exchange.js';
import type { OperationCall } from './operation.js';
import { tokenParameters } from './parameters.js';
import { refreshV2Call } from './refresh-v2.js';

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
