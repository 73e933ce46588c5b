import type { FastifyInstance } from 'fastify';
import type { Client } from '../state/clients.js';
import type { World } from '../world.js';
import { Refusal } from './refusal.js';
import { clientSchema } from './schemas.js';

/** Registered apps. A secret that was given is never shown again. */
export function addClientRoutes(server: FastifyInstance, world: World): void {
  server.get('/sandbox/clients', () => ({ items: world.clients.all().map(shown) }));

  server.post<{ Body: Client }>('/sandbox/clients', { schema: { body: clientSchema } }, (request, reply) => {
    checkClient(request.body);
    const isKnown = world.clients.find(request.body.clientId) !== undefined;
    if (!world.clients.register(request.body))
      throw new Refusal(409, 'too_many_clients', 'There are too many clients.');
    return reply.code(isKnown ? 200 : 201).send(shown(request.body));
  });
}

function checkClient({ clientId, callbackUri }: Client): void {
  if (clientId.includes(':'))
    throw new Refusal(400, 'invalid_client', 'clientId must have no colon (RFC 7617).');
  const { protocol } = URL.parse(callbackUri) ?? {};
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new Refusal(400, 'invalid_client', 'callbackUri must be an http or https address.');
}

function shown({ clientId, callbackUri }: Client): object {
  return { clientId, callbackUri };
}
