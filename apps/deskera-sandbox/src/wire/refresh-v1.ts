import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { HandedPair } from '../tokens/issuer.js';
import type { World } from '../world.js';
import { jsonAnswer, type Handled } from './answer.js';
import { refreshTokenExpired, refreshTokenRefused, serviceError } from './deskera-errors.js';
import type { OperationCall } from './operation.js';
import { jsonObject } from './parameters.js';

type Body = Readonly<Record<string, unknown>>;

/** `POST /v1/iam/auth/app/getrefreshtoken`: no client is asked for, the refresh token alone is enough. */
export function refreshV1Call(world: World, request: FastifyRequest): OperationCall {
  const body = jsonObject(request);
  const refreshToken = body?.['refreshToken'];
  if (body === null || typeof refreshToken !== 'string' || refreshToken === '') {
    return { operation: 'refresh', orgId: null, work: () => ourRequestIsBad('refreshToken is required') };
  }
  const orgId = world.issuer.orgOfToken(refreshToken)?.id ?? null;
  return { operation: 'refresh', orgId, refreshToken, work: () => refresh(world, refreshToken, body, orgId) };
}

function refresh(world: World, refreshToken: string, body: Body, orgId: string | null): Handled {
  if (world.settings.requireIdentity) {
    const missing = missingIdentity(body, orgId);
    if (missing !== null) return ourRequestIsBad(missing);
  }
  const result = world.issuer.refresh(refreshToken, { apiVersion: 'v1', clientId: null });
  if (result.kind === 'expired') return refreshTokenExpired(refreshToken);
  if (result.kind === 'refused')
    return refreshTokenRefused(refreshToken, world.settings.refusedRefreshStatus);
  return { outcome: 'succeeded', answer: jsonAnswer(200, refreshAnswer(result.pair)) };
}

function missingIdentity({ userName, tenantId }: Body, orgId: string | null): string | null {
  if (typeof userName !== 'string' || userName === '') return 'userName is required';
  if (typeof tenantId !== 'string' && typeof tenantId !== 'number') return 'tenantId is required';
  return orgId === null || String(tenantId) === orgId ? null : 'tenantId is not that of the user';
}

/** A 400 that does not name the token says nothing about it. */
function ourRequestIsBad(message: string): Handled {
  return { outcome: 'bad_request', answer: serviceError(400, message) };
}

/** `expiresIn` is 0 in every sample of Deskera's: unknown, not expired. */
function refreshAnswer({ accessToken, refreshToken }: HandedPair): object {
  return {
    accessToken,
    refreshToken,
    idToken: accessToken,
    expiresIn: 0,
    tokenType: 'bearer',
    emailVerified: false,
    isTrialUser: false,
    isMFAEnabled: false,
    guid: randomUUID(),
  };
}
