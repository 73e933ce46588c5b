import type { FastifyRequest } from 'fastify';
import type { World } from '../world.js';
import { jsonAnswer, type Handled } from './answer.js';
import { authenticatedClient } from './client-credentials.js';
import { badRequest, clientRefused, refreshTokenExpired, refreshTokenRefused } from './deskera-errors.js';
import { tokenAnswer } from './exchange.js';
import type { OperationCall } from './operation.js';

/** `grant_type=refresh_token` at `/v2/oauth/token`: the token's own client must ask, with its secret. */
export function refreshV2Call(
  world: World,
  request: FastifyRequest,
  parameters: URLSearchParams,
): OperationCall {
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
