import type { FastifyInstance } from 'fastify';
import type { World } from '../world.js';
import { resourceCall, validateCall } from './guarded-calls.js';
import { perform } from './operation.js';
import { refreshV1Call } from './refresh-v1.js';
import { contactsOf, salesInvoicesOf } from './resources.js';
import { tokenCall } from './token-calls.js';

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
