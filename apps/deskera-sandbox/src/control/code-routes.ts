import type { FastifyInstance } from 'fastify';
import type { ApiVersion } from '../state/api-version.js';
import { defaultClient } from '../state/clients.js';
import type { World } from '../world.js';
import { orgNamed } from './org-routes.js';
import { Refusal } from './refusal.js';
import { codeSchema } from './schemas.js';

interface CodeRequest {
  readonly orgId: string;
  readonly clientId?: string;
  readonly apiVersion?: ApiVersion;
}

/** A code without consent: who asks for one calls the callback_uri on its own. */
export function addCodeRoutes(server: FastifyInstance, world: World): void {
  server.post<{ Body: CodeRequest }>(
    '/sandbox/codes',
    { schema: { body: codeSchema } },
    async (request, reply) => {
      const { orgId, clientId = defaultClient.clientId, apiVersion = 'v1' } = request.body;
      if (world.clients.find(clientId) === undefined) {
        throw new Refusal(404, 'unknown_client', `There is no client ${clientId}.`);
      }
      const { id } = orgNamed(world, orgId);
      const expiresAt = world.clock.now() + world.settings.codeLifeSeconds * 1000;
      const code = world.codes.issue({ clientId, orgId: id, apiVersion }, expiresAt);
      await reply.code(201).header('cache-control', 'no-store').send({ code });
    },
  );
}
