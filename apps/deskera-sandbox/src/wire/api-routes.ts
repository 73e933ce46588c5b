import type { FastifyInstance, FastifyRequest } from 'fastify';
import { perform, type OperationCall } from './operation.js';
import { refreshV1Call } from './refresh-v1.js';
import { contactsOf, salesInvoicesOf } from './resources.js';
import { tokenCall } from './token-calls.js';
import type { Org } from '../state/orgs.js';
import type { World } from '../world.js';
import { emptyAnswer, jsonAnswer, type Answer, type Handled } from './answer.js';
import { serviceError } from './deskera-errors.js';

/** Deskera's API, V1 and V2. */
export function addApiRoutes(server: FastifyInstance, world: World): void {
  server.post('/oauth/token', (request, reply) => perform(world, reply, tokenCall(world, request, 'v1')));
  server.post('/v2/oauth/token', (request, reply) => perform(world, reply, tokenCall(world, request, 'v2')));
  server.post('/v1/iam/auth/app/getrefreshtoken', (request, reply) =>
    perform(world, reply, refreshV1Call(world, request)),
  );
  server.get('/v1/iam/token/app/validate', (request, reply) =>
    perform(world, reply, validateCall(world, request)),
  );
  server.get('/v1/contacts', (request, reply) =>
    perform(world, reply, resourceCall(world, request, contactsOf)),
  );
  server.get('/v1/invoices/sales', (request, reply) =>
    perform(world, reply, resourceCall(world, request, salesInvoicesOf)),
  );
}

/** `GET /v1/iam/token/app/validate`: judged by its status alone, so that its 200 has no body. */
function validateCall(world: World, request: FastifyRequest): OperationCall {
  return guarded(world, request, 'validate', () => emptyAnswer(200));
}

/** A call for an org's own data. */
function resourceCall(world: World, request: FastifyRequest, read: (org: Org) => object): OperationCall {
  return guarded(world, request, 'resource', (org) => jsonAnswer(200, read(org)));
}

/** The token comes in `x-access-token`; `Authorization` is not looked at. */
function guarded(
  world: World,
  request: FastifyRequest,
  operation: 'validate' | 'resource',
  answer: (org: Org) => Answer,
): OperationCall {
  const header = request.headers['x-access-token'];
  const token = typeof header === 'string' ? header : '';
  const org = world.issuer.orgOfToken(token);
  const work = (): Handled =>
    org !== null && world.issuer.isValid(token)
      ? { outcome: 'succeeded', answer: answer(org) }
      : { outcome: 'refused', answer: serviceError(401, 'Invalid token!') };
  return { operation, orgId: org?.id ?? null, work };
}
