import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { ApiVersion } from '../state/api-version.js';
import { defaultClient } from '../state/clients.js';
import type { World } from '../world.js';
import { addOrg, orgNamed } from './org-routes.js';
import { Refusal } from './refusal.js';
import { grantsSchema } from './schemas.js';

interface GrantsRequest {
  readonly clientId?: string;
  /** Left out: each grant gets an org of its own. */
  readonly orgId?: string;
  readonly apiVersion?: ApiVersion;
  readonly count?: number;
}

/** Grants without consent, for tests that need many connections. */
export function addGrantRoutes(server: FastifyInstance, world: World): void {
  server.post<{ Body: GrantsRequest }>(
    '/sandbox/grants',
    { schema: { body: grantsSchema } },
    async (request, reply) => {
      const items = await issueGrants(world, request.body);
      await reply.code(201).header('cache-control', 'no-store').send({ items });
    },
  );
}

async function issueGrants(world: World, wanted: GrantsRequest): Promise<object[]> {
  const { clientId = defaultClient.clientId, orgId, apiVersion = 'v1', count = 1 } = wanted;
  if (world.clients.find(clientId) === undefined) {
    throw new Refusal(404, 'unknown_client', `There is no client ${clientId}.`);
  }
  const items: object[] = [];
  while (items.length < count) {
    const org = orgId === undefined ? addOrg(world, { name: 'Made-up Org' }) : orgNamed(world, orgId);
    items.push(issueGrant(world, { clientId, orgId: org.id, apiVersion }));
    await nextTurn();
  }
  return items;
}

function issueGrant(
  world: World,
  holder: { clientId: string; orgId: string; apiVersion: ApiVersion },
): object {
  const { grantId, org, accessToken, refreshToken } = world.issuer.connect(holder);
  return {
    grantId,
    orgId: org.id,
    orgName: org.name,
    apiVersion: holder.apiVersion,
    deskeraToken: accessToken,
    deskeraRefreshToken: refreshToken,
  };
}
